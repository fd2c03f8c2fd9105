import type { Profile } from '../model/profile.ts'

/**
 * Name for a saved profile: `profile-GET-users-id-2026-11-22T10-00-00.cpuprofile`.
 *
 * It has only letters and digits of any script, `.`, `_` and `-`, so it is safe on every file system. The time is UTC.
 */
export function fileName(profile: Profile, extension: string): string {
  const what = slug((profile.route ?? profile.title).replaceAll('*', 'wildcard')) || 'all'
  const when = slug(profile.startedAt.replace(/\.\d+/, '').replace(/Z$/, ''))
  return `${['profile', what, when].filter((part) => part !== '').join('-')}.${extension}`
}

/** File name parameters of `Content-Disposition` (RFC 6266): in ASCII, and also in full if the name is not ASCII. */
export function fileNameParameters(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\w.-]+/g, '_')
  const plain = `filename="${ascii}"`
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${encodeURIComponent(name)}`
}

function slug(text: string): string {
  const safe = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._]+/gu, '-')
    .replace(/\.{2,}/g, '.')
  return cut(safe).replace(/^[-.]+|[-.]+$/g, '')
}

/** File systems limit the bytes of a whole file name, to 255. */
const MOST_BYTES = 100

function cut(text: string): string {
  let bytes = 0
  let end = 0
  for (const letter of text) {
    bytes += Buffer.byteLength(letter)
    if (bytes > MOST_BYTES) break
    end += letter.length
  }
  return text.slice(0, end)
}
