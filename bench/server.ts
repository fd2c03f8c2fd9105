/**
 * A server for benchmarks, in a process of its own: the routes of `routes.ts` with the subject that `process.argv[2]`
 * names. It sends `{ port }` when it listens, and answers every message with its CPU time so far, once the subject has
 * done what the requests left to do: a profiler that puts its work off would seem cheaper than it is.
 */
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { cpuNow } from './measure.ts'
import { addRoutes } from './routes.ts'
import { subjects } from './subjects.ts'

const app = fastify()
const subject = subjects[process.argv[2]]
await subject.install?.(app)
addRoutes(app)
await app.listen({ port: 0, host: '127.0.0.1' })
process.on('message', async () => {
  await subject.settle?.(app)
  process.send?.(cpuNow())
})
process.on('disconnect', () => process.exit())
process.send?.({ port: (app.server.address() as AddressInfo).port })
