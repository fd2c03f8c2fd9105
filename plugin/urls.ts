/** Long enough for any path one would read, short enough to keep by the thousand. */
const LONGEST = 256
const LONG_NAME = 16
/** Most URLs have nothing to take away, which is soon seen. */
const PLAIN = /^\/[^?#\u0080-\uffff]*$/

/**
 * The path of a request's URL with the values of its query removed: `/search?q=shoes&page=2` → `/search?q=&page=`.
 * A part of the query without `=` is a value without a name, and goes too; so do origin and user of an absolute URL.
 */
export function withoutQueryValues(url: string): string {
  if (url.length <= LONGEST && PLAIN.test(url)) return url
  const clean = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '')
  const at = clean.indexOf('?')
  if (at < 0) return cut(clean)
  const names = clean
    .slice(at + 1)
    .split('&')
    .filter(isNamed)
    .map((part) => part.slice(0, part.indexOf('=') + 1))
  return cut(names.length === 0 ? clean.slice(0, at) : `${clean.slice(0, at)}?${names.join('&')}`)
}

/** For applications with `useSemicolonDelimiter`, to which a query begins with a semicolon, too: it has the `?` then. */
export function withQuestionMark(url: string): string {
  return url.replace(/^([^?#;]*);/, '$1?')
}

/** A long name of nothing is more likely a value that ends in `=`, as base64 does. */
function isNamed(part: string): boolean {
  const at = part.indexOf('=')
  return at >= 0 && (/[^=]/.test(part.slice(at + 1)) || (at < LONG_NAME && at === part.length - 1))
}

/** A copy: a piece of the URL would keep the whole of it in memory, and with it the values. */
function cut(text: string): string {
  return Buffer.from(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text).toString()
}
