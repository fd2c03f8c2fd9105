import type { Profile } from '../../../plugin/model/profile.ts'

/** A profile from a file. */
export interface Imported {
  readonly profile: Profile
  /** Recorded time in which nothing ran, microseconds; no part of the profile. */
  readonly idleUs: number
}

/** An object of JSON, of which nothing more is known. */
export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
