import type { Steps } from '../slices.ts'

/** Takes a fraction of a millisecond. */
const ITEMS_PER_STEP = 4096

/** What `JSON.stringify` makes of plain data, in steps: lists can be long. */
export function* jsonSteps(value: unknown): Steps<string> {
  if (Array.isArray(value)) {
    const parts: string[] = []
    for (let i = 0; i < value.length; i += ITEMS_PER_STEP) {
      parts.push(JSON.stringify(value.slice(i, i + ITEMS_PER_STEP)).slice(1, -1))
      yield
    }
    return `[${parts.join(',')}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields: string[] = []
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) fields.push(`${JSON.stringify(name)}:${yield* jsonSteps(field)}`)
  }
  return `{${fields.join(',')}}`
}
