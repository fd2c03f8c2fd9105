/** The name that `given` was most likely meant to be; `undefined` if none is similar enough. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.floor(Math.max(3, given.length) / 2)
  for (const name of names) {
    const steps = editDistance(given.toLowerCase(), name.toLowerCase())
    if (steps > least || (steps === least && best !== undefined)) continue
    best = name
    least = steps
  }
  return best
}

/** Number of letters to insert, remove or replace to get from `a` to `b`; a lower bound if `a` is far longer. */
function editDistance(a: string, b: string): number {
  if (a.length > 2 * b.length) return a.length - b.length
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, above[j] + 1, row[j - 1] + 1))
    }
    above = row
  }
  return above[b.length]
}
