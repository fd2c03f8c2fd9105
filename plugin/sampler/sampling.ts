import { nowUs } from '../clock.ts'
import type { Steps } from '../model/steps.ts'
import type { Troubles } from '../troubles.ts'
import type { Capture, Sampler, Segment } from './segment.ts'

/**
 * Keeps a sampler going. Its errors are logged and counted, and it is restarted, also when V8's sampling thread spins
 * and delivers nothing: only a full stop and start helps then. Nothing here throws.
 */
export interface Sampling {
  /** Whether V8 samples now. */
  readonly running: boolean
  readonly state: 'running' | 'resting' | 'failed'
  /** How often it was stopped because something went wrong. */
  readonly restarts: number
  /** Starts it; no-op when it runs, or has failed too often recently. */
  start(): void
  /** Ends a segment and begins the next; returns `undefined` when it does not run, or has failed. */
  turn(): Capture | undefined
  /** Reads the capture of a turn; `undefined` when it makes no sense. */
  read(capture: Capture): Steps<Segment | undefined>
  /** Judges a segment that was read; the thread was busy for `busyUs` while it was recorded. */
  judge(segment: Segment, busyUs: number): void
  rest(): void
  stop(): void
}

/** After this many failures in a row the sampler is given up for a while. */
const MAX_FAILURES = 3
/** How long until it is tried again after that; doubled with each further failure, up to about an hour. */
const RETRY_US = 60_000_000
const MOST_DOUBLINGS = 6
/** After this many segments in a row that make no sense the sampler is restarted. */
const BAD_SEGMENTS = 3
/** Busy time without any sample: this long, and this many intervals, is neither chance nor a busy machine. */
const STUCK_US = 1_000_000
const STUCK_INTERVALS = 50

export function createSampling(sampler: Sampler, troubles: Troubles, clockUs = nowUs): Sampling {
  let running = false
  let failures = 0
  let badSegments = 0
  let emptyUs = 0
  let restarts = 0
  let retryUs = 0

  function fail(error: unknown): void {
    running = false
    badSegments = 0
    emptyUs = 0
    failures++
    restarts++
    sampler.stop()
    if (failures < MAX_FAILURES) {
      troubles.note(error, `sampler ${sampler.name} failed and is restarted`)
      return
    }
    retryUs = clockUs() + RETRY_US * 2 ** Math.min(failures - MAX_FAILURES, MOST_DOUBLINGS)
    const what = `sampler ${sampler.name} failed ${MAX_FAILURES} times: requests are timed, but not sampled, until it works again`
    troubles.note(error, what)
  }

  function attempt<T>(act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      fail(error)
      return undefined
    }
  }

  return {
    get running() {
      return running
    },
    get restarts() {
      return restarts
    },
    get state() {
      if (running) return 'running'
      return failures >= MAX_FAILURES ? 'failed' : 'resting'
    },
    start() {
      if (running || (failures >= MAX_FAILURES && clockUs() < retryUs)) return
      attempt(() => {
        sampler.start()
        running = true
      })
    },
    turn: () => (running ? attempt(() => sampler.rotate()) : undefined),
    *read(capture) {
      try {
        return yield* capture.read()
      } catch (error) {
        troubles.note(error, 'the samples of a short time are lost, since V8 delivered what makes no sense')
        if (++badSegments >= BAD_SEGMENTS && running) fail(error)
        return undefined
      }
    },
    judge({ samples }, busyUs) {
      badSegments = 0
      if (samples.timeUs.length > 0) {
        emptyUs = 0
        failures = 0
        return
      }
      emptyUs += busyUs
      const stuckUs = Math.max(STUCK_US, STUCK_INTERVALS * sampler.intervalUs)
      if (emptyUs >= stuckUs && running) fail(new Error('V8 delivered no samples'))
    },
    rest() {
      if (!running) return
      running = false
      attempt(() => sampler.rest())
    },
    stop() {
      running = false
      failures = 0
      badSegments = 0
      emptyUs = 0
      sampler.stop()
    },
  }
}
