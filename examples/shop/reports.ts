import type { FastifyInstance } from 'fastify'
import type { Database, User } from './database.ts'
import { groupBySimilarity } from './similarity.ts'

/** The heavy route: it holds the event loop, and everybody else waits. */
export async function reports(app: FastifyInstance, { database }: { database: Database }): Promise<void> {
  const everybody = database.prepare('select * from users')

  app.get('/duplicates', () => {
    const users = everybody.all() as unknown as User[]
    const groups = groupBySimilarity(users, 0.9)
    return { users: users.length, groups: groups.length, largest: groups[0]?.map((user) => user.name) ?? [] }
  })
}
