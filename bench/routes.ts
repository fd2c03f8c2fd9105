import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { deepCode } from './deep.ts'

/** The requests of one segment: half a second of work at most. */
export interface Scenario {
  readonly name: string
  readonly path: string
  readonly requests: number
  readonly connections: number
}

export const scenarios: readonly Scenario[] = [
  { name: 'hello world', path: '/hello', requests: 3000, connections: 10 },
  { name: '0.4 ms of JSON', path: '/json', requests: 600, connections: 10 },
  { name: '3 ms around 10 awaits', path: '/queries', requests: 100, connections: 10 },
  { name: '100 awaits', path: '/awaits', requests: 2000, connections: 10 },
]

const orders = Array.from({ length: 400 }, (_, id) => ({
  id,
  customer: `customer ${id % 37}`,
  lines: [{ sku: `sku-${id}`, amount: id % 9, price: id / 7 }],
}))

const deep = deepCode()
const DEPTH = 30

export function addRoutes(app: FastifyInstance): void {
  app.get('/hello', async () => ({ hello: 'world' }))
  app.get('/json', async () =>
    orders.filter(({ id }) => id % 3 > 0).map((order) => ({ ...order, seen: true })),
  )
  // Like a handler with some queries: it waits, and works on what came.
  app.get('/queries', async () => {
    let sum = 0
    for (let i = 0; i < 10; i++) {
      await sleep(1)
      sum += work(100_000)
    }
    return { sum }
  })
  app.get('/awaits', async () => {
    let sum = 0
    for (let i = 0; i < 100; i++) sum += await i
    return { sum }
  })
  app.get('/deep', async () => {
    let sum = 0
    for (let i = 0; i < 4; i++) sum += deep(DEPTH)
    return { sum }
  })
}

function work(steps: number): number {
  let x = 1
  for (let i = 0; i < steps; i++) x = (x * 31 + i) | 0
  return x
}
