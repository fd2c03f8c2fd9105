/** Offsets at which the lines of a text begin. Lines end where they do for V8 and compilers: not only at `\n`. */
export function lineStarts(text: string): number[] {
  const starts = [0]
  const end = /\r\n|[\n\r\u2028\u2029]/g
  while (end.test(text)) starts.push(end.lastIndex)
  return starts
}
