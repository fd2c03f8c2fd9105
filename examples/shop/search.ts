import type { FastifyInstance } from 'fastify'
import type { Database, Order } from './database.ts'

/** A limit that keeps the demonstration itself alive; a real leak would have none. */
const keptAtMost = 1500

/**
 * The leak: answers are cached under the whole query, which holds a new number each time, so that no entry is
 * ever found again and none is ever removed.
 */
const cache = new Map<string, Order[]>()

export async function search(app: FastifyInstance, { database }: { database: Database }): Promise<void> {
  const byProduct = database.prepare('select * from orders where product = ? limit 300')

  app.get<{ Querystring: { q: string } }>('/', { schema: { querystring: searchSchema } }, (request) => {
    const key = request.url
    let found = cache.get(key)
    if (found === undefined) {
      found = byProduct.all([request.query.q]) as unknown as Order[]
      if (cache.size < keptAtMost) cache.set(key, found)
    }
    return { count: found.length, first: found.slice(0, 10) }
  })
}

const searchSchema = {
  type: 'object',
  required: ['q'],
  properties: { q: { type: 'string', minLength: 1, maxLength: 40 } },
}
