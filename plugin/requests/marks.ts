/** A mark is one number: the time, microseconds since the request's start, multiplied by this, plus a code. */
const CODES = 16

export function markOf(us: number, code: number): number {
  return Math.round(us) * CODES + code
}

export function codeOf(mark: number): number {
  return mark % CODES
}

export function timeOf(mark: number): number {
  return Math.max(0, Math.floor(mark / CODES))
}
