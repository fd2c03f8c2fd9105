import type { Profile } from '../model/profile.ts'

/**
 * Name for a saved profile: `profile-GET-users-id-2026-11-22T10-00-00.cpuprofile`.
 *
 * Only letters, digits, `.`, `_` and `-`, so it is safe in a header and on every file system. Time is UTC.
 */
export function fileName(profile: Profile, extension: string): string {
  const what = slug(profile.route ?? profile.title) || 'all'
  const when = slug(profile.startedAt.replace(/\.\d+/, '').replace(/Z$/, ''))
  return `${['profile', what, when].filter((part) => part !== '').join('-')}.${extension}`
}

function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, 80)
    .replace(/^[-.]+|[-.]+$/g, '')
}
