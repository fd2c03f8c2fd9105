/** Methods whose bodies Fastify does not read. */
export const bodyless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'TRACE'])
