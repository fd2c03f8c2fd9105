import type { User } from './database.ts'

/**
 * Groups of two and more users whose names are alike, largest first. Compares everybody with everybody:
 * quadratic, and the function that the dashboard should lead to.
 */
export function groupBySimilarity(users: readonly User[], threshold: number): User[][] {
  const pairs = users.map(({ name }) => letterPairs(name))
  const grouped = new Uint8Array(users.length)
  const groups: User[][] = []
  for (let i = 0; i < users.length; i++) {
    const group = [users[i]]
    for (let j = i + 1; j < users.length; j++) {
      const a = pairs[i]
      const b = pairs[j]
      let shared = 0
      for (let x = 0, y = 0; x < a.length && y < b.length; ) {
        if (a[x] === b[y]) {
          shared++
          x++
          y++
        } else if (a[x] < b[y]) x++
        else y++
      }
      if (grouped[j] === 0 && (2 * shared) / (a.length + b.length) >= threshold) {
        grouped[j] = 1
        group.push(users[j])
      }
    }
    if (grouped[i] === 0 && group.length > 1) groups.push(group)
  }
  return groups.sort((a, b) => b.length - a.length)
}

/** Neighbouring letters as numbers, sorted, so that two lists can be walked side by side. */
function letterPairs(text: string): Uint32Array {
  const letters = text.toLowerCase()
  const pairs = new Uint32Array(Math.max(0, letters.length - 1))
  for (let i = 0; i < pairs.length; i++) pairs[i] = letters.charCodeAt(i) * 65536 + letters.charCodeAt(i + 1)
  return pairs.sort()
}
