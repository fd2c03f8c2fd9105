// Runs test/*.test.ts, or only those that are named: `node scripts/test.mjs tracker timeline`.
// `--node` leaves out what does not depend on the version of Node.

import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './run.mjs'

const sameOnEveryNode = /^(browser|dashboard|imports)/

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const files = readdirSync(join(root, 'test'))
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => names.length === 0 || names.some((name) => file.startsWith(name)))
  .filter((file) => !process.argv.includes('--node') || !sameOnEveryNode.test(file))
  .sort()
if (files.length === 0) {
  console.error(`no test file has a name that begins with: ${names.join(' ')}`)
  process.exit(1)
}

if (files.some((file) => file.startsWith('browser'))) process.env.CHROMIUM = installedChromium()

// One file at a time: tests that watch V8 sample real time need the machine for themselves.
run(process.execPath, [
  '--import=tsx',
  '--test',
  '--test-reporter=spec',
  '--test-concurrency=1',
  // Before Node 24 it is that of a whole file.
  '--test-timeout=900000',
  ...files.map((file) => `test/${file}`),
])

/** Path of a Chromium. It is installed before the tests start: their time limits leave no room for that. */
function installedChromium() {
  const args = ['scripts/chromium.mjs', '--install']
  try {
    const output = execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    return output.toString().trim()
  } catch {
    process.exit(1)
  }
}
