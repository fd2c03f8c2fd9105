import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cleanEnv } from './child.ts'

// What an application loads of the built plugin: most of the time that registering it takes.

const root = fileURLToPath(new URL('..', import.meta.url))

describe('what is built', () => {
  test('is a tiny file and what it shares, where the profiler is off', () => {
    const { own, packages, requests } = load('off')
    assert.deepEqual(own, ['dist/plugin/index.js', 'dist/plugin/shared.js'])
    assert.deepEqual(packages, ['fastify-plugin'])
    assert.deepEqual(requests, [])
  })

  test('is one file more where it is on, and has its clock and timers from the import on', () => {
    const { own, packages, node, requests } = load('on')
    assert.deepEqual(own, ['dist/plugin/index.js', 'dist/plugin/install.js', 'dist/plugin/shared.js'])
    // Nothing that reads source maps, nor that finds the add-on's binary.
    const later = packages.filter((name) => /jridgewell|node-pre-gyp/.test(name))
    assert.deepEqual(later, [])
    // Nor Node's fetch, of more than a megabyte.
    assert.ok(!node.some((name) => name.includes('undici')))
    assert.equal(requests.length, 1)
    assert.ok(requests[0].wallMs > 0)
  })
})

function load(subject: 'on' | 'off') {
  assert.ok(existsSync(`${root}/dist/plugin/index.js`), 'build first: npm run build')
  const args = ['test/loaded-child.mjs', subject]
  const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: cleanEnv() })
  const { files, node, requests } = JSON.parse(output) as {
    files: string[]
    node: string[]
    requests: { wallMs: number }[]
  }
  const paths = files.map((url) => fileURLToPath(url).slice(root.length).replaceAll('\\', '/'))
  const packages = paths.map((path) => /^node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)?.[1])
  return {
    node,
    requests,
    own: paths.filter((path) => !path.startsWith('node_modules/')).sort(),
    packages: [...new Set(packages.filter((name) => name !== undefined))].sort(),
  }
}
