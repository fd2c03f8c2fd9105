import assert from 'node:assert/strict'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { answersInTime, inputs } from './fuzz-runs.ts'

// Below the level of requests: bytes, damaged wherever it may be.

let app: FastifyInstance
let port = 0

before(async () => {
  app = fastify()
  await app.register(profiler, { enabled: true, record: 'manual' })
  app.post('/any', async (request) => typeof request.body)
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})
after(() => app.close())

const lines = (...text: string[]) => `${text.join('\r\n')}\r\n\r\n`
const sound = [
  lines('GET /__profile/api/status HTTP/1.1', 'Host: localhost', 'Connection: close'),
  lines(
    'GET /__profile/api/requests?limit=5&route=GET%20/a HTTP/1.1',
    'Host: localhost',
    'Sec-Fetch-Site: none',
  ),
  `${lines('POST /__profile/api/recording HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 18')}{"recording":false}`,
  `${lines('POST /any HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Transfer-Encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`,
  lines(
    'PUT /__profile/api/requests/1/pin HTTP/1.1',
    'Host: localhost',
    'Expect: 100-continue',
    'Connection: close',
  ),
]
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '\r\n',
      '\n',
      '\r',
      ':',
      ' ',
      '\t',
      '\u0000',
      '\u00ff',
      'Host: localhost\r\n',
      'Host: evil.example\r\n',
    ],
    ...[
      'Content-Length: 5\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Connection: upgrade\r\nUpgrade: websocket\r\n',
    ],
    ...[
      'HTTP/1.0',
      'HTTP/2.0',
      'HTTP/1.1',
      'ffffffff\r\n',
      '-1\r\n',
      'http://localhost',
      '/../',
      '%',
      '?',
      '#',
    ],
    ...['x'.repeat(20_000), `${'a: b\r\n'.repeat(300)}`],
  ),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
)
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(12), piece), { minLength: 1, maxLength: 3 })

/**
 * Sends bytes, and says that these were all if `isAll`, after which Node's server waits for no answer that is not there
 * yet; answers with what came until the other side closed.
 */
async function send(bytes: string, isAll: boolean): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(Buffer.from(bytes, 'latin1'))
  if (isAll) socket.end()
  let answer = ''
  socket.setEncoding('latin1').on('data', (text) => {
    answer += text
  })
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

test('damaged bytes are answered or refused, and the next request is served', async (t) => {
  let answered = 0
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...sound), damage, async (text, changes) => {
      let bytes = text
      for (const [at, length, by] of changes) {
        const from = at % bytes.length
        bytes = bytes.slice(0, from) + by + bytes.slice(from + length)
      }
      const answer = await answersInTime(send(bytes, true), () => JSON.stringify(bytes.slice(0, 300)))
      const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
      answered += statuses.length
      for (const status of statuses) assert.ok(status < 500 || status === 505, answer)
      assert.ok(!answer.includes(process.cwd()) && !answer.includes('    at '), answer)
      assert.equal(app.profiler.recording, false)
    }),
    inputs(300),
  )
  t.diagnostic(`${answered} answers`)
  assert.ok(answered > 100)
  assert.match(await send(sound[0], false), /^HTTP\/1\.1 200 /)
})
