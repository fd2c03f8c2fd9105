import { cleanFile } from '../model/clean.ts'

/** Text that a terminal shows two columns wide. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u

/** Columns that a text takes in a terminal; marks that stand on another character take none. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** Fills up with spaces. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)))
}

/** At most so many columns, with `…` in the middle, since names and paths differ most at their ends; cleaned. */
export function cutMiddle(text: string, columns: number): string {
  const clean = cleanFile(text)
  if (textWidth(clean) <= columns) return clean
  const chars = [...clean]
  const tail = fitting(chars.toReversed(), Math.ceil((columns - 1) / 2))
  const head = fitting(chars, columns - 1 - textWidth(tail.join('')))
  return `${head.join('')}…${tail.reverse().join('')}`
}

/** As many characters from the start as fit. */
function fitting(chars: readonly string[], columns: number): string[] {
  let width = 0
  const end = chars.findIndex((char) => {
    width += charWidth(char)
    return width > columns
  })
  return chars.slice(0, end < 0 ? undefined : end)
}

function charWidth(char: string): number {
  return /\p{Mn}|\p{Me}/u.test(char) ? 0 : wide.test(char) ? 2 : 1
}
