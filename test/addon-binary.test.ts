import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { provideBinary } from '../plugin/sampler/addon-binary.ts'
import { trySampler } from './sampler-work.ts'

const FINDER = 'v8-profiler-next/lib/binding.js'

describe('the binary of v8-profiler-next', () => {
  const { why } = trySampler('v8-profiler-next')

  test('is the one that the add-on would find', { skip: why === '' ? false : why }, () => {
    const require = createRequire(import.meta.url)
    const path = require.resolve(FINDER)
    delete require.cache[path]
    provideBinary(require)
    const provided = require.cache[path]
    assert.notEqual(provided, undefined)
    delete require.cache[path]
    assert.equal(provided?.exports, require(FINDER))
  })

  test('is left to the add-on where there is none, or no add-on', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'profiler-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const require = createRequire(join(folder, 'app.js'))
    provideBinary(require)
    const lib = join(folder, 'node_modules/v8-profiler-next/lib')
    mkdirSync(lib, { recursive: true })
    writeFileSync(join(lib, 'binding.js'), 'module.exports = "found"')
    provideBinary(require)
    assert.equal(require(FINDER), 'found')
  })
})
