/**
 * A server for benchmarks, in a process of its own: the routes of `routes.ts` with the subject that `process.argv[2]`
 * names. It sends `{ port }` when it listens, and answers every message with its CPU time so far.
 */
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { cpuNow } from './measure.ts'
import { addRoutes } from './routes.ts'
import { subjects } from './subjects.ts'

const app = fastify()
await subjects[process.argv[2]].install?.(app)
addRoutes(app)
await app.listen({ port: 0, host: '127.0.0.1' })
process.on('message', () => process.send?.(cpuNow()))
process.on('disconnect', () => process.exit())
process.send?.({ port: (app.server.address() as AddressInfo).port })
