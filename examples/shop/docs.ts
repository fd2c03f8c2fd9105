import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { marked } from 'marked'

const pages = new Set(['shipping', 'teas'])

/** Pages written in markdown, read and rendered again for every request: most of the time is the library's. */
export async function docs(app: FastifyInstance): Promise<void> {
  app.get<{ Params: { page: string } }>('/:page', async (request, reply) => {
    const { page } = request.params
    if (!pages.has(page)) return reply.code(404).send({ error: 'no such page' })
    const text = await readFile(new URL(`./docs/${page}.md`, import.meta.url), 'utf8')
    return reply.type('text/html').send(await marked.parse(text))
  })
}
