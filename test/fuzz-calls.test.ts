import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { requestSorts } from '../plugin/model/wire/requests.ts'
import { exportFormats } from '../plugin/model/wire/selection.ts'
import { inputs } from './fuzz-runs.ts'

let app: FastifyInstance
let ids: string[]

before(async () => {
  app = fastify()
  await app.register(profiler, { enabled: true, serverTiming: false })
  app.get('/calls/:id', async () => 'ok')
  await app.ready()
  for (let i = 0; i < 3; i++) await app.inject(`/calls/${i}`)
  await app.profiler.flush()
  app.profiler.stop()
  ids = app.profiler.requests().map(({ id }) => id)
})
after(() => app.close())

const anything = fc.oneof(
  fc.constantFrom<unknown>('GET /calls/:id', ...exportFormats, ...requestSorts, '5xx', 1, 10, true),
  fc.anything(),
)
const fields = fc.dictionary(
  fc.constantFrom(
    ...[
      'route',
      'requests',
      'phases',
      'status',
      'minMs',
      'maxMs',
      'from',
      'to',
      'sort',
      'limit',
      'cursor',
      'pinned',
    ],
  ),
  anything,
  { maxKeys: 3, noNullPrototype: true },
)

/** What is thrown at a caller is an error of the profiler, with a code, and not one of the language. */
function answersOrRefuses(call: () => unknown): void {
  try {
    call()
  } catch (error) {
    const { code } = error as { code?: string }
    assert.match(
      String(code),
      /^FST_PROFILER_(BAD_PARAMETER|NOT_FOUND|NO_SOURCE)$/,
      String((error as Error).stack),
    )
    assert.ok((error as Error).message.length < 1000)
  }
}

describe('app.profiler', () => {
  const calls: Record<string, (own: FastifyInstance['profiler'], a: never, b: never) => unknown> = {
    'requests()': (own, filter) => own.requests(filter),
    'request()': (own, _filter, id) => own.request(id),
    'phases()': (own, bounds, route) => own.phases(route, bounds),
    'profile()': (own, selection) => own.profile(selection),
    'export()': (own, selection, format) => own.export(selection, format),
    'printStats()': (own, options, sort) =>
      own.printStats({ ...(options as object), sort, stream: { write: () => {} } }),
    'source()': (own, selection, file) => own.source(selection, file),
  }
  for (const [name, call] of Object.entries(calls)) {
    test(`${name} answers anything, or refuses it with a code`, () => {
      fc.assert(
        fc.property(fields, anything, (given, other) => {
          answersOrRefuses(() => call(app.profiler, given as never, other as never))
          assert.deepEqual(
            app.profiler.requests().map(({ id }) => id),
            ids,
          )
        }),
        inputs(300),
      )
    })
  }
})
