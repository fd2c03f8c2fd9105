import type { Steps } from '../model/steps.ts'

/** So many numbers or strings, or so many objects or lists, take a fraction of a millisecond. */
const PLAIN_PER_STEP = 4096
const NESTED_PER_STEP = 128
/** Lists of objects or lists with no more items than this go item by item in steps, since each may be large. */
const FEW = 16

/** Writes plain data as `JSON.stringify` does, in steps because lists can be long. */
export function* jsonSteps(value: unknown): Steps<string> {
  if (Array.isArray(value)) {
    const parts: string[] = []
    const isNested = typeof value[0] === 'object'
    if (isNested && value.length <= FEW) {
      for (const item of value) parts.push(item === undefined ? 'null' : yield* jsonSteps(item))
      return `[${parts.join(',')}]`
    }
    const size = isNested ? NESTED_PER_STEP : PLAIN_PER_STEP
    for (let i = 0; i < value.length; i += size) {
      parts.push(JSON.stringify(value.slice(i, i + size)).slice(1, -1))
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
