/** Longest URL that is kept, characters: enough for any path one would read, short enough to keep by the thousand. */
const LONGEST = 256
const LONG_NAME = 16
/** Matches most URLs: they need no change, which this tells quickly. */
const PLAIN = /^\/[^?#\u0080-\uffff]*$/

/**
 * The path of a request's URL with the values of its query removed: `/search?q=shoes&page=2` → `/search?q=&page=`. A
 * part of the query without `=` is a value without a name and goes too; so do origin and user of an absolute URL.
 */
export function withoutQueryValues(url: string): string {
  if (url.length <= LONGEST && PLAIN.test(url)) return url
  const clean = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '')
  const at = clean.indexOf('?')
  if (at < 0) return copyOf(clean, LONGEST)
  const names = clean
    .slice(at + 1)
    .split('&')
    .filter(isNamed)
    .map((part) => part.slice(0, part.indexOf('=') + 1))
  return copyOf(names.length === 0 ? clean.slice(0, at) : `${clean.slice(0, at)}?${names.join('&')}`, LONGEST)
}

/** Puts the `?` in place of a semicolon that begins the query, for applications with `useSemicolonDelimiter`. */
export function withQuestionMark(url: string): string {
  return url.replace(/^([^?#;]*);/, '$1?')
}

/** Whether a part of a query has a name; a long one without a value is more likely base64, which ends in `=`. */
function isNamed(part: string): boolean {
  const at = part.indexOf('=')
  return at >= 0 && (/[^=]/.test(part.slice(at + 1)) || (at < LONG_NAME && at === part.length - 1))
}

/**
 * A copy of a text, `most` characters at most. A slice of it would keep the whole text in memory, and with it what was cut
 * off.
 */
export function copyOf(text: string, most: number): string {
  return Buffer.from(text.length > most ? `${text.slice(0, most)}…` : text).toString()
}
