import type { Events } from '../plugin/model/wire/events.ts'

export type RequestsListener = (event: Events['requests']) => void

/** Often enough to look alive, seldom enough to leave the machine to the app. */
const LEAST_WAIT_MS = 1000
/** With more requests at once nobody follows each one: it is enough to see that they arrive. */
const MANY = 25
const WAIT_AFTER_MANY_MS = 2000

export interface Joined {
  readonly add: RequestsListener
  /** Forgets the requests that are waiting to be passed on: everything is loaded again, and they may have been cleared. */
  readonly drop: () => void
}

/**
 * Passes events on at most once a second, or every two seconds when there are many. The first goes at once; those that
 * follow too soon are joined into one.
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
