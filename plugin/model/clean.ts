/**
 * Makes a name from code or a source map fit to show: no control characters, no invisible marks or marks that reverse
 * the direction of writing, no lone surrogates; at most 256 code units.
 */
export function cleanName(name: string): string {
  return cut(cleanText(name), 256)
}

/** Like {@link cleanName}, for a file or URL: up to 1024 code units, since people open it. */
export function cleanFile(file: string): string {
  return cut(cleanText(file), 1024)
}

const unfit = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** Like {@link cleanName}, for text that must stay distinct: nothing is cut off. */
export function cleanText(text: string): string {
  return text.replace(unfit, '')
}

/** Cuts text to `length` code units, the last of them `…` if anything was cut off. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
