/**
 * Text from code, file names and source maps made fit to show: no control characters, no marks that turn the
 * direction of writing around or hide, no half surrogates.
 */
export function cleanName(name: string): string {
  return cut(cleanText(name), 256)
}

/** The same for a file or URL; longer, since people open it. */
export function cleanFile(file: string): string {
  return cut(cleanText(file), 1024)
}

const unfit = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** The same for what has to be told apart: nothing is cut off. */
export function cleanText(text: string): string {
  return text.replace(unfit, '')
}

/** At most `length` code units, the last of them `…` when something was cut off. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
