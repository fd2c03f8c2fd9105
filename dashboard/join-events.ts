import type { Events } from '../plugin/model/wire.ts'

export type RequestsListener = (event: Events['requests']) => void

/** Often enough to look alive, seldom enough to leave the machine to the app. */
const LEAST_WAIT_MS = 1000
/** Of more requests at once nobody follows each: it is enough to see that they come. */
const MANY = 25
const WAIT_AFTER_MANY_MS = 2000

/**
 * A listener that passes events on at most once a second, and every two where there are many: one at once, and those
 * that follow it too soon as one.
 */
export function joinEvents(listener: RequestsListener): RequestsListener {
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
  return (event) => {
    const { requests, missed } = waiting ?? { requests: [], missed: 0 }
    waiting = { requests: [...requests, ...event.requests], missed: missed + event.missed }
    if (!isTooSoon) pass()
  }
}
