// Runs the tests of what depends on Node on other versions of it: `npm run test:matrix`, or `-- 24` for one.

import { spawn } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { buildAddon } from './native-addon.mjs'
import { findNode, versionOf } from './node-versions.mjs'
import { root } from './run.mjs'

const majors = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']

const results = []
for (const major of majors) {
  const node = findNode(major)
  if (node === undefined) {
    results.push({ label: `Node ${major}`, note: 'neither found nor installed', passed: 0, failed: 1 })
    continue
  }
  const note = buildAddon(node)
  const label = `Node ${versionOf(node)}`
  console.log(`\n${label} (${note})\n`)
  results.push({ label, note, ...(await runTests(node)) })
}

console.log('')
for (const { label, note, passed, failed } of results) {
  console.log(`${label}: ${passed} passed, ${failed} failed (${note})`)
}
if (results.some(({ failed }) => failed > 0)) process.exitCode = 1

/** Shows the tests' output as it comes and reads the numbers off node:test's summary. */
async function runTests(node) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  const args = ['scripts/test.mjs', '--node']
  const child = spawn(node, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
    process.stdout.write(text)
  })
  const code = await new Promise((done) => child.on('close', done))
  const numberOf = (name) => Number(new RegExp(`^. ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
  const failed = numberOf('fail') + numberOf('cancelled')
  return { passed: numberOf('pass'), failed: code === 0 ? failed : Math.max(failed, 1) }
}
