/** `before`, or the first of `before-2`, `before-3` and so on that is not taken. */
export function freeName(taken: readonly string[]): string {
  let name = 'before'
  for (let n = 2; taken.includes(name); n++) name = `before-${n}`
  return name
}
