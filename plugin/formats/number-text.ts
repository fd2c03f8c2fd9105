/** Milliseconds with as many digits as the whole deserves, alike in all of a table. */
export function ms(us: number, wholeUs: number): string {
  return (us / 1000).toFixed(wholeUs >= 100_000 ? 1 : wholeUs >= 10_000 ? 2 : 3)
}

/** With one digit; `''` of nothing. */
export function percent(part: number, whole: number): string {
  return whole > 0 ? ((100 * part) / whole).toFixed(1) : ''
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
