/** Where each line of a text begins. Lines end where they do for V8 and for compilers, which is not at `\n` alone. */
export function lineStarts(text: string): number[] {
  const starts = [0]
  const end = /\r\n|[\n\r\u2028\u2029]/g
  while (end.test(text)) starts.push(end.lastIndex)
  return starts
}
