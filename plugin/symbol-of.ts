/**
 * Finds, by its description, a symbol of an object or of what it inherits from: Node and Fastify keep things under symbols
 * that they do not export. `undefined` if this version keeps them elsewhere. What is found there is only read.
 */
export function symbolOf(object: object, description: string): symbol | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertySymbols(at).find((symbol) => symbol.description === description)
    if (found !== undefined) return found
  }
  return undefined
}
