import v8 from 'node:v8'
import vm from 'node:vm'

/**
 * Makes V8 drop compiled code that no function points to any more: loops that it optimised while they ran.
 *
 * Call it before a profiler starts while no other is running. V8 then reports all compiled code except this, and the
 * time of the hottest loops would go to their callers, or to nobody, for good. A full garbage collection frees that
 * code, because it is held weakly, and V8 compiles it again where the profiler sees it.
 */
export function dropUnseenCode(): void {
  try {
    collector()()
  } catch {
    // The collector cannot be reached: names of some loops may be missing.
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
