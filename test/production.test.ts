import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runChild } from './child.ts'

interface Seen {
  /** Lines of the log that are the profiler's, with their levels. */
  readonly lines: readonly { level: number; msg: string }[]
  /** Statuses of the dashboard's answers: to this machine, to another one, and to one behind a proxy on this one. */
  readonly statuses: readonly [local: number, foreign: number, proxied: number]
}

async function serve(NODE_ENV: string, options: string): Promise<Seen> {
  const program = `
    const lines = []
    const app = fastify({ logger: { stream: { write: (line) => lines.push(JSON.parse(line)) } } })
    await app.register(profiler, ${options})
    app.get('/', async () => 'x')
    await app.ready()
    const ask = async (remoteAddress, headers = {}) =>
      (await app.inject({ url: '/__profile/api/status', remoteAddress, headers })).statusCode
    const proxied = { 'x-forwarded-for': '127.0.0.1' }
    const statuses = [await ask('127.0.0.1'), await ask('10.0.0.9'), await ask('127.0.0.1', proxied)]
    for (let i = 0; i < 3; i++) await app.inject('/')
    await app.close()
    const own = lines.filter(({ msg }) => msg.includes('fastify-profiler')).map(({ level, msg }) => ({ level, msg }))
    console.log(JSON.stringify({ lines: own, statuses }))`
  const end = await runChild(program, { env: { NODE_ENV } })
  assert.deepEqual([end.code, end.stderr], [0, ''])
  return JSON.parse(end.stdout)
}

const warnings = ({ lines }: Seen) => lines.filter(({ level }) => level >= 40).map(({ msg }) => msg)

describe('in production', { concurrency: 2 }, () => {
  test('it is not there, and says nothing', async () => {
    assert.deepEqual(await serve('production', '{}'), { lines: [], statuses: [404, 404, 404] })
  })

  test('switched on without "authorize" it serves this machine alone, and says so once', async () => {
    for (const [env, options] of [
      ['production', '{ enabled: true }'],
      [' Production', '{ enabled: () => true }'],
    ]) {
      const seen = await serve(env, options)
      assert.deepEqual(seen.statuses, [200, 403, 403])
      const [warning, ...others] = warnings(seen)
      assert.match(warning, /on in production; without the option "authorize" .* this machine only/)
      assert.deepEqual(others, [])
    }
  })

  test('with "authorize" it lets in whom that lets in, and has nothing to say', async () => {
    const seen = await serve(
      'production',
      '{ enabled: true, authorize: (request) => request.ip === "10.0.0.9" }',
    )
    assert.deepEqual([seen.statuses, warnings(seen)], [[200, 200, 403], []])
  })
})

test('in development it serves this machine alone, and warns of nothing', async () => {
  const seen = await serve('development', '{}')
  assert.deepEqual([seen.statuses, warnings(seen)], [[200, 403, 403], []])
})
