import type { FastifyInstance } from 'fastify'
import type { Database, Order } from './database.ts'
import { rateOf } from './prices.ts'
import { idSchema } from './users.ts'

interface NewOrder {
  userId: number
  currency: string
  lines: { product: string; quantity: number; cents: number }[]
}

export async function orders(
  app: FastifyInstance,
  { database, ratesOrigin }: { database: Database; ratesOrigin: string },
): Promise<void> {
  const byId = database.prepare('select * from orders where id = ?')
  const all = database.prepare('select o.*, u.name from orders o join users u on u.id = o.userId')
  const insert = database.prepare('insert into orders (userId, product, quantity, cents) values (?, ?, ?, ?)')

  app.get<{ Params: { id: number } }>('/:id', { schema: { params: idSchema } }, (request, reply) => {
    return byId.get([request.params.id]) ?? reply.code(404).send({ error: 'no such order' })
  })

  app.post<{ Body: NewOrder }>('/', { schema: { body: orderSchema } }, async (request, reply) => {
    const { userId, currency, lines } = request.body
    const rate = await rateOf(ratesOrigin, currency)
    if (Number.isNaN(rate)) return reply.code(400).send({ error: 'no such currency' })
    const ids: (number | bigint)[] = []
    let total = 0
    for (const { product, quantity, cents } of lines) {
      const price = Math.round(cents * rate)
      total += quantity * price
      ids.push(insert.run([userId, product, quantity, price]).lastInsertRowid)
    }
    return reply.code(201).send({ ids, total })
  })

  // Makes garbage: a new string and a new array for every cell of every row. Requested with `--gc` only.
  app.get('/export', (_request, reply) => {
    const rows = all.all() as unknown as Order[]
    return reply.type('text/csv').send(rows.map(csvLine).join('\n'))
  })
}

function csvLine(order: Order): string {
  return Object.entries(order)
    .map(([column, value]) => `"${[column, String(value)].join('=').split('').join('')}"`)
    .join(';')
}

const orderSchema = {
  type: 'object',
  required: ['userId', 'currency', 'lines'],
  properties: {
    userId: { type: 'integer', minimum: 1 },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    lines: {
      type: 'array',
      minItems: 1,
      maxItems: 200,
      items: {
        type: 'object',
        required: ['product', 'quantity', 'cents'],
        properties: {
          product: { type: 'string', minLength: 1, maxLength: 60 },
          quantity: { type: 'integer', minimum: 1, maximum: 1000 },
          cents: { type: 'integer', minimum: 0 },
        },
      },
    },
  },
}
