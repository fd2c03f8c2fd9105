import v8 from 'node:v8'
import vm from 'node:vm'

/**
 * Makes V8 drop compiled code that no function points to any more: loops that it optimised while they ran.
 *
 * To be called before a profiler starts with no other running. V8 then tells it about all compiled code but
 * this, and the time of the hottest loops would go to their callers, or to nobody, for good. A full garbage
 * collection frees that code, because it is held weakly, and V8 compiles it again in sight of the profiler.
 */
export function dropUnseenCode(): void {
  try {
    collector()()
  } catch {
    // No way to the collector here: names of some loops may be missing.
  }
}

function collector(): () => void {
  if (globalThis.gc) return globalThis.gc as () => void
  v8.setFlagsFromString('--expose-gc')
  try {
    return vm.runInNewContext('gc') as () => void
  } finally {
    v8.setFlagsFromString('--no-expose-gc')
  }
}
