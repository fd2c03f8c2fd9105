import type { Events } from '../plugin/model/wire.ts'

export type RequestsListener = (event: Events['requests']) => void

/** Often enough to look alive, seldom enough to leave the machine to the app. */
const LEAST_WAIT_MS = 1000
/** Of more requests at once nobody follows each: it is enough to see that they come. */
const MANY = 25
const WAIT_AFTER_MANY_MS = 2000

export interface Joined {
  readonly add: RequestsListener
  /** Forgets those that wait to be passed on: everybody has asked anew, and they may be cleared. */
  readonly drop: () => void
}

/**
 * Passes events on at most once a second, and every two where there are many: one at once, and those that follow it too
 * soon as one.
 */
export function joinEvents(listener: RequestsListener): Joined {
  let waiting: Events['requests'] | undefined
  let isTooSoon = false
  const pass = () => {
    isTooSoon = waiting !== undefined
    if (waiting === undefined) return
    const event = waiting
    waiting = undefined
    const isMany = event.requests.length + event.missed > MANY
    setTimeout(pass, isMany ? WAIT_AFTER_MANY_MS : LEAST_WAIT_MS)
    listener(event)
  }
  return {
    add(event) {
      const { requests, missed } = waiting ?? { requests: [], missed: 0 }
      waiting = { requests: [...requests, ...event.requests], missed: missed + event.missed }
      if (!isTooSoon) pass()
    },
    drop() {
      waiting = undefined
    },
  }
}
