import { nowUs } from '../clock.ts'
import { clearTimeout, setTimeout } from '../timers.ts'

export interface KeeperSetup<Route> {
  /**
   * Keeps a route as it is now, unless `isOver` turns true before it is done. Resolves to the total time that it held
   * the event loop, microseconds; rejects if nothing more is to be kept.
   */
  save(route: Route, isOver: () => boolean): Promise<number>
  /** Runs `fn` so that what it schedules belongs to nobody. */
  outside<Result>(fn: () => Result): Result
}

/** Decides when what has been recorded is kept. Never throws. */
export interface Keeper<Route> {
  /** Notes that a request of a route was recorded. */
  note(route: Route): void
  /** Keeps what is not kept yet; resolves when that is done, or after `mostMs` milliseconds. */
  close(mostMs: number): Promise<void>
}

/** A second of quiet is soon enough: before people restart, they look at an answer and edit a line. */
const QUIET_US = 1_000_000
/** Under steady load, which is never quiet, routes are kept this often. */
const STEADY_US = 5_000_000
/** Keeping takes at most this share of the time, but happens at least every `LONGEST_US`. */
const MOST_SHARE = 0.01
const LONGEST_US = 30_000_000
const LOOK_MS = 250

/**
 * Decides when routes are kept. A process that is killed cannot do so at its end, so a route is kept a second after its
 * requests ended, and every few seconds while they go on.
 */
export function createKeeper<Route>({ save, outside }: KeeperSetup<Route>): Keeper<Route> {
  const waiting = new Set<Route>()
  let timer: NodeJS.Timeout | undefined
  let saving: Promise<void> | undefined
  let notedUs = 0
  let keptUs = nowUs()
  /** Nothing is kept again before so much time has passed. */
  let pauseUs = 0
  let over = false

  function schedule(): void {
    if (over || timer !== undefined || saving !== undefined || waiting.size === 0) return
    timer = outside(() => setTimeout(look, LOOK_MS).unref())
  }

  function look(): void {
    timer = undefined
    if (over) return
    const now = nowUs()
    const isTime = now - notedUs >= QUIET_US || now - keptUs >= STEADY_US
    if (isTime && now - keptUs >= pauseUs) saving = saveAll()
    schedule()
  }

  async function saveAll(): Promise<void> {
    let spentUs = 0
    for (const route of [...waiting]) {
      waiting.delete(route)
      try {
        spentUs += await save(route, () => over)
      } catch {
        over = true
        waiting.clear()
        break
      }
    }
    keptUs = nowUs()
    pauseUs = Math.min(spentUs / MOST_SHARE, LONGEST_US)
    saving = undefined
    schedule()
  }

  return {
    note(route) {
      if (over) return
      notedUs = nowUs()
      waiting.add(route)
      schedule()
    },
    async close(mostMs) {
      clearTimeout(timer)
      if (over || (waiting.size === 0 && saving === undefined)) {
        over = true
        return
      }
      let patience: NodeJS.Timeout | undefined
      const enough = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, mostMs)
      })
      const all = async () => {
        await saving
        await saveAll()
      }
      await Promise.race([all(), enough])
      clearTimeout(patience)
      over = true
      waiting.clear()
    },
  }
}
