import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { dateNow } from '../clock.ts'
import { appKey, type Run } from './name.ts'

/** Runs of this process that have not ended. */
const here = new Set<Run>()

/** Begins a run of the application whose profiler is registered with this prefix. */
export function beginRun(prefix: string): Run {
  const running = [...here]
  const isTaken = (app: string) => running.some((run) => run.app === app)
  let nth = 0
  while (isTaken(appKey(prefix, nth))) nth++
  const startedAtMs = Math.max(dateNow(), ...running.map((run) => run.startedAtMs + 1))
  const run = { app: appKey(prefix, nth), pid: process.pid, startedAtMs }
  here.add(run)
  return run
}

export function endRun(run: Run): void {
  here.delete(run)
}

/** Whether a run is still going on, in this process or another one on this machine. */
export function isAlive({ pid, startedAtMs }: Run): boolean {
  if (pid === process.pid) return [...here].some((run) => run.startedAtMs === startedAtMs)
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: the process exists, but belongs to another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const processStartedAtMs = startOf(pid)
  return processStartedAtMs === undefined || processStartedAtMs < startedAtMs + CLOCKS_MS
}

/** Tolerance, since clocks may have been set meanwhile. */
const CLOCKS_MS = 5000
/** Length of a tick on Linux, the same in all builds that Node runs on. */
const TICK_MS = 10

/**
 * Start of a process, milliseconds since 1970, which tells a run from a later process with the same pid. It is known on
 * Linux only, elsewhere undefined.
 */
function startOf(pid: number): number | undefined {
  const [own, other] = [startTicks(process.pid), startTicks(pid)]
  return own === undefined || other === undefined
    ? undefined
    : performance.timeOrigin + (other - own) * TICK_MS
}

function startTicks(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program, in brackets, may contain anything, so fields are counted after it.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    return Number.isFinite(ticks) ? ticks : undefined
  } catch {
    return undefined
  }
}
