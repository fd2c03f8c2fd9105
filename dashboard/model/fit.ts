/** Width of one character in pixels. */
export type CharWidth = (char: string) => number

/** The text cut to a width with an ellipsis; `''` if not even two characters fit. */
export function fit(text: string, width: number, widthOf: CharWidth): string {
  const ellipsis = widthOf('…')
  let used = 0
  let fits = 0
  let shown = 0
  for (const char of text) {
    used += widthOf(char)
    if (used > width) return shown < 2 ? '' : `${text.slice(0, fits)}…`
    if (used + ellipsis <= width) {
      fits += char.length
      shown++
    }
  }
  return text
}
