/**
 * The symbol under which Node or Fastify keep something on an object, or on what it inherits from, and which they do not
 * export; by its description. `undefined` if they keep it elsewhere. What is found there is only read.
 */
export function symbolOf(object: object, description: string): symbol | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertySymbols(at).find((symbol) => symbol.description === description)
    if (found !== undefined) return found
  }
  return undefined
}
