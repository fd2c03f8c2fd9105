import { BadProfile } from './raw-profile.ts'

/** A JSON object of which nothing more is known. */
export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The list in a field. Throws `BadProfile` if there is none, as the functions below do for other types. */
export function listIn(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name]
  if (Array.isArray(value)) return value
  throw new BadProfile(`${name} is not an array`)
}

export function textIn(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw new BadProfile(`${name} is not a string`)
}

/** A number that cannot be negative. */
export function numberIn(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value
  throw new BadProfile(`${name} is not a number of 0 or more`)
}

export function indexIn(value: unknown, length: number, name: string): number {
  if (isIndex(value, length)) return value
  throw new BadProfile(`a ${name} is missing`)
}

export function isIndex(value: unknown, length: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < length
}
