import Fastify, { type FastifyInstance } from 'fastify'
import profiler from 'fastify-profiler'
import { openDatabase } from './database.ts'
import { docs } from './docs.ts'
import { orders } from './orders.ts'
import { prices } from './prices.ts'
import { reports } from './reports.ts'
import { search } from './search.ts'
import { users } from './users.ts'

export interface ShopOptions {
  /** Origin of the service that knows exchange rates. */
  ratesOrigin: string
}

/** A small shop: what a service usually does, and three things it should not do. */
export async function buildShop({ ratesOrigin }: ShopOptions): Promise<FastifyInstance> {
  // The profiler warns of every request that others held up for long: here that is the point, and no news.
  const app = Fastify({ logger: { level: 'error' } })

  // The line to copy. Without `enabled` it would look at NODE_ENV; a demonstration is always on.
  await app.register(profiler, { enabled: true })

  const database = openDatabase()
  app.addHook('onClose', () => database.close())

  // Asks whether the rates can be had, which is next to no work: slow only while others hold the event loop.
  app.get('/health', async () => {
    const { ok } = await fetch(`${ratesOrigin}/health`)
    return { status: ok ? 'ok' : 'no rates' }
  })
  await app.register(users, { prefix: '/users', database })
  await app.register(orders, { prefix: '/orders', database, ratesOrigin })
  await app.register(prices, { prefix: '/prices', ratesOrigin })
  await app.register(docs, { prefix: '/docs' })
  await app.register(reports, { prefix: '/reports', database })
  await app.register(search, { prefix: '/search', database })
  return app
}
