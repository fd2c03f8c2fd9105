/** A text with the name of a route, which is rather broken before a slash than within a word. */
export function Breaks({ text }: { readonly text: string }) {
  return text.split(/(?=\/)/).flatMap((part) => [<wbr />, part])
}
