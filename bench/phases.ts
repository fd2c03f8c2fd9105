/**
 * What the marks of the phases cost a request: the same application with and without them, in turns, in one process,
 * without sockets. `node --import tsx bench/phases.ts`
 *
 * Other work on the machine only ever adds time, so the fastest batches of both are compared.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { nowUs } from '../plugin/clock.ts'
import { markPhases } from '../plugin/phase-hooks.ts'
import { createPhaseBook } from '../plugin/phase-rules.ts'
import { createRecord, type RequestRecord } from '../plugin/record.ts'
import { createRouteStats } from '../plugin/route-stats.ts'
import { createStacks } from '../plugin/stacks.ts'

const BATCH = 200
const ROUNDS = 6000

const RECORD = Symbol('record')
type Kept = FastifyRequest & { [RECORD]?: RequestRecord }
const stats = createRouteStats('GET /', 'GET', '/')
const recorder = { stacks: createStacks() }

/** `marked` and not recorded: the hooks are there, but find no record. */
async function application(marked: boolean, recorded: boolean): Promise<FastifyInstance> {
  const app = fastify()
  app.addHook('onRequest', (request, _reply, done) => {
    if (recorded) {
      const begun = { id: '1', recorder, stats, method: 'GET', url: '/', startedAtMs: 0, startUs: nowUs() }
      ;(request as Kept)[RECORD] = createRecord(begun)
    }
    done()
  })
  if (marked) markPhases(app, createPhaseBook(app), (request) => (request as Kept)[RECORD])
  await app.after()
  app.get('/', (_request, reply) => {
    reply.send({ hello: 'world' })
  })
  await app.ready()
  return app
}

function request(): IncomingMessage {
  const socket = {}
  return { method: 'GET', url: '/', headers: { host: 'x' }, httpVersionMajor: 1, socket, on() {} } as never
}

function response(): ServerResponse {
  const none = () => {}
  return {
    statusCode: 200,
    headersSent: false,
    writableEnded: false,
    getHeader: none,
    setHeader: none,
    writeHead: none,
    on: none,
    once: none,
    removeListener: none,
    end(this: { writableEnded: boolean }) {
      this.writableEnded = true
    },
  } as never
}

const applications: Record<string, FastifyInstance> = {
  'not recorded, no marks': await application(false, false),
  'not recorded, marks': await application(true, false),
  'recorded, no marks': await application(false, true),
  'recorded, marks': await application(true, true),
}
const times = new Map(Object.keys(applications).map((name) => [name, [] as number[]]))
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, app] of Object.entries(applications)) {
    const began = nowUs()
    for (let i = 0; i < BATCH; i++) app.routing(request(), response())
    times.get(name)!.push((nowUs() - began) / BATCH)
  }
}
console.log(`${process.version}, µs per request: fastest batch, fastest tenth`)
for (const [name, list] of times) {
  const sorted = list.slice(ROUNDS / 4).sort((a, b) => a - b)
  console.log(
    `${name.padEnd(24)} ${sorted[0].toFixed(2)}  ${sorted[Math.floor(sorted.length / 10)].toFixed(2)}`,
  )
}
