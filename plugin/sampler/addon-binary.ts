import { Module } from 'node:module'
import { dirname, join } from 'node:path'

/** The file of v8-profiler-next that finds its binary, and does nothing else. */
const FINDER = 'v8-profiler-next/lib/binding.js'

/**
 * Hands v8-profiler-next its binary, which it would find by loading some ninety files of node-pre-gyp: a third of what
 * registering the profiler cost. If the binary is not at its usual place, the addon looks for it itself.
 */
export function provideBinary(load: NodeJS.Require): void {
  try {
    const finder = load.resolve(FINDER)
    const build = `node-v${process.versions.modules}-${process.platform}-${process.arch}`
    const binary = join(dirname(finder), '../build/binding/Release', build, 'profiler.node')
    const found = new Module(finder)
    found.exports = load(binary)
    found.loaded = true
    load.cache[finder] ??= found
  } catch {
    // The addon runs into the same error, and what it throws is explained.
  }
}
