import type { Account } from './attribution/index.ts'
import { nowUs } from './clock.ts'
import { sum } from './model/sum.ts'

/** The sampler rests when no request was at work for this long. */
const REST_AFTER_US = 5_000_000
/** The same, at least, where waking up holds the event loop: the first request after a rest has to wait for it. */
const REST_AFTER_IF_COLD_US = 15_000_000
/** Waking up then takes at most this share of the time: V8 goes through the heap, which may be large. */
const MOST_WAKING = 0.01
/** Less work than this share of the time, for requests that have ended, does not keep the sampler from resting. */
const IDLE_SHARE = 0.01
/** Per batch: a callback that the machine held up once is no work. */
const FADE = 0.95
/** Times that differ by less are the same but for rounding. */
const ROUNDING_US = 0.001

/** Knows whether requests have been at work lately. */
export interface Activity {
  /** A request begins, or goes on after a long wait. */
  requested(): void
  /** The sampler was woken up, which took so long. */
  woke(us: number): void
  /** Time up to `endUs` was attributed. Returns whether a request was at work in it. */
  attributed(account: Account, endUs: number): boolean
  /** Whether no request has been at work for so long that the sampler may rest. */
  isIdle(): boolean
}

/** `coldWake`: waking the sampler up holds the event loop. */
export function createActivity(coldWake: boolean): Activity {
  let restAfterUs = coldWake ? REST_AFTER_IF_COLD_US : REST_AFTER_US
  /** A request has begun since the last look. */
  let requested = false
  let lastWorkUs = 0
  /** Fading sums over the last batches: work of requests that had ended, and all time. */
  let afterUs = 0
  let recordedUs = 0

  /**
   * Adds a batch to the sums. Returns whether an open request was at work in it, or an ended one in earnest: not just a
   * timer that it left behind.
   */
  function addBatch(account: Account): boolean {
    const us = sum([...account.ownUs.values()])
    const newAfterUs = sum(account.after.us)
    afterUs = afterUs * FADE + newAfterUs
    recordedUs = recordedUs * FADE + account.recordedUs
    return us - newAfterUs > ROUNDING_US || afterUs > IDLE_SHARE * recordedUs
  }

  return {
    requested() {
      requested = true
    },
    woke(us) {
      if (coldWake) restAfterUs = Math.max(REST_AFTER_IF_COLD_US, us / MOST_WAKING)
    },
    attributed(account, endUs) {
      const atWork = addBatch(account)
      if (atWork) lastWorkUs = endUs
      return atWork
    },
    isIdle() {
      // A request that has only just begun is not attributed yet.
      if (requested) lastWorkUs = nowUs()
      requested = false
      return nowUs() - lastWorkUs >= restAfterUs
    },
  }
}
