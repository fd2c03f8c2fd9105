import { cleanFile } from '../model/clean.ts'

/** Characters that a terminal shows two columns wide. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u

/** Columns that a text takes in a terminal; combining marks take none. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** Pads text with spaces to a number of terminal columns. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)))
}

/** Cleans text and shortens it to a number of columns by `…` in the middle, as names and paths differ at their ends. */
export function cutMiddle(text: string, columns: number): string {
  const clean = cleanFile(text)
  if (textWidth(clean) <= columns) return clean
  const chars = [...clean]
  const tail = fitting(chars.toReversed(), Math.ceil((columns - 1) / 2))
  const head = fitting(chars, columns - 1 - textWidth(tail.join('')))
  return `${head.join('')}…${tail.reverse().join('')}`
}

/** As many characters from the start as fit into the columns. */
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
