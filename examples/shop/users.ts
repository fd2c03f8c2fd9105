import type { FastifyInstance } from 'fastify'
import type { Database, User } from './database.ts'

const user = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    email: { type: 'string' },
    city: { type: 'string' },
  },
}

export async function users(app: FastifyInstance, { database }: { database: Database }): Promise<void> {
  const byId = database.prepare('select * from users where id = ?')
  const byName = database.prepare(
    'select * from users where name like ? or city like ? order by name limit ?',
  )

  app.get<{ Params: { id: number } }>(
    '/:id',
    { schema: { params: idSchema, response: { 200: user } } },
    (request, reply) => {
      const found = byId.get([request.params.id])
      return found ?? reply.code(404).send({ error: 'no such user' })
    },
  )

  app.get<{ Querystring: { search: string; limit: number } }>(
    '/',
    { schema: { querystring: listSchema, response: { 200: { type: 'array', items: user } } } },
    (request) => {
      const { search, limit } = request.query
      return byName.all([`%${search}%`, `%${search}%`, limit]) as unknown as User[]
    },
  )
}

export const idSchema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer', minimum: 1 } },
}

const listSchema = {
  type: 'object',
  properties: {
    search: { type: 'string', maxLength: 40, default: '' },
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 20 },
  },
}
