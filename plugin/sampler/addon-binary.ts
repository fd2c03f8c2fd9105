import { Module } from 'node:module'
import { dirname, join } from 'node:path'

/** Of v8-profiler-next: all that it does is to find its binary. */
const FINDER = 'v8-profiler-next/lib/binding.js'

/**
 * Hands v8-profiler-next its binary, which it would find by loading some ninety files of node-pre-gyp: a third of
 * what registering the profiler cost. Where it does not lie at its usual place, the add-on goes and finds it.
 */
export function provideBinary(require: NodeJS.Require): void {
  try {
    const finder = require.resolve(FINDER)
    const build = `node-v${process.versions.modules}-${process.platform}-${process.arch}`
    const binary = join(dirname(finder), '../build/binding/Release', build, 'profiler.node')
    const found = new Module(finder)
    found.exports = require(binary)
    found.loaded = true
    require.cache[finder] ??= found
  } catch {
    // The add-on meets the same, and what it throws is explained.
  }
}
