import { nowUs } from '../clock.ts'
import type { Steps } from '../steps.ts'
import type { Troubles } from '../troubles.ts'
import type { Capture, Sampler, Segment } from './segment.ts'

/**
 * Keeps a sampler going. What goes wrong in it is told and counted, and it is started anew, also when V8's sampling
 * thread spins and delivers nothing: only a full stop and start helps there. Nothing here throws.
 */
export interface Sampling {
  /** Whether V8 samples now. */
  readonly running: boolean
  readonly state: 'running' | 'resting' | 'failed'
  /** Times it was stopped because something went wrong. */
  readonly restarts: number
  /** No-op when it runs, or has failed too often a short while ago. */
  start(): void
  /** Ends a segment and begins the next; `undefined` when it does not run, or failed. */
  turn(): Capture | undefined
  /** What a turn took; `undefined` when there is no sense in it. The thread was busy for `busyUs` of that time. */
  read(capture: Capture): Steps<Segment | undefined>
  /** How busy the thread was while `segment` was recorded. */
  judge(segment: Segment, busyUs: number): void
  rest(): void
  stop(): void
}

/** After this many failures in a row the sampler is given up for a while. */
const MAX_FAILURES = 3
/** How long until it is tried again; doubled after each further failure, up to about an hour. */
const RETRY_US = 60_000_000
const MOST_DOUBLINGS = 6
/** Segments in a row that make no sense. */
const BAD_SEGMENTS = 3
/** Busy time without any sample: so long, and so many times the interval, is no chance, and no busy machine. */
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
