import { setTimeout as sleep } from 'node:timers/promises'
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
  // The profiler warns of every request that others held up for long: here that is the point, not news.
  const app = Fastify({ logger: { level: 'error' } })

  // The line to copy. Without `enabled` it would look at NODE_ENV; a demonstration is always on.
  await app.register(profiler, { enabled: true })

  const database = openDatabase()
  app.addHook('onClose', () => database.close())

  // A route with next to no work, so only ever a victim: its timer is late by as long as others hold the event loop.
  app.get('/health', async () => {
    const began = performance.now()
    await sleep(20)
    return { status: 'ok', lateMs: Math.round(performance.now() - began - 20) }
  })
  await app.register(users, { prefix: '/users', database })
  await app.register(orders, { prefix: '/orders', database, ratesOrigin })
  await app.register(prices, { prefix: '/prices', ratesOrigin })
  await app.register(docs, { prefix: '/docs' })
  await app.register(reports, { prefix: '/reports', database })
  await app.register(search, { prefix: '/search', database })
  return app
}
