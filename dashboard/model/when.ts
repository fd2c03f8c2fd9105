/** Moments for people, in the viewer's time zone. One that is not known reads as a dash. */

const UNKNOWN = '–'
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

/** How long before `now`, milliseconds since 1970, coarse; without it, as on paper, date and time. */
export function ago(iso: string, now?: number): string {
  if (now === undefined) return dated(iso).replace(/\.\d+$/, '')
  const past = Math.max(0, now - Date.parse(iso))
  if (Number.isNaN(past)) return UNKNOWN
  if (past < 1500) return 'now'
  if (past < MINUTE) return `${Math.floor(past / 1000)} s ago`
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`
  return `${Math.floor(past / DAY)} d ago`
}

/** Time of day with milliseconds. */
export function clock(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return UNKNOWN
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Time of day, with the date before it: `2026-03-04 09:12:44.007`; without that if it is the day of `now`. */
export function dated(iso: string, now?: number): string {
  const day = dayOf(new Date(iso))
  const isToday = now !== undefined && day === dayOf(new Date(now))
  return day === undefined || isToday ? clock(iso) : `${day} ${clock(iso)}`
}

/** `2026-03-04`; undefined if it is no date. */
function dayOf(date: Date): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-')
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0')
}
