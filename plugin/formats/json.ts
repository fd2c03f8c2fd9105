import type { Profile } from '../model/profile.ts'

/** The profile as it is. */
export function toJson(profile: Profile): string {
  return JSON.stringify(profile)
}
