import type { Profile } from '../../../plugin/model/profile.ts'

/** A profile from a file. */
export interface Imported {
  readonly profile: Profile
  /** Recorded time in which nothing ran, microseconds; not part of the profile. */
  readonly idleUs: number
}
