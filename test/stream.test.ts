import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { type TestContext, test } from 'node:test'
import Fastify, { type FastifyReply } from 'fastify'
import { EventReaders } from '../plugin/api/events.ts'
import { openStream } from '../plugin/api/stream.ts'
import { handMade } from './api-backend.ts'

/** A response as far as a stream needs one: what waits for its reader is up to the test. */
class FakeResponse extends EventEmitter {
  writableLength = 0
  writableEnded = false
  destroyed = false
  readonly headers = new Map<string, string>()
  readonly written: string[] = []
  getHeaderNames = () => [...this.headers.keys()]
  removeHeader = (name: string) => void this.headers.delete(name)
  setHeader = (name: string, value: string) => void this.headers.set(name, value)
  writeHead(): void {}
  setTimeout(): void {}
  write = (text: string) => this.written.push(text) > 0
  end(): void {
    assert.equal(this.writableEnded, false, 'ended once')
    this.writableEnded = true
  }
  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

function replyWith(raw: FakeResponse, httpVersionMajor = 1): FastifyReply {
  return { raw, request: { raw: { httpVersionMajor } }, hijack() {} } as never
}

function opened(t: TestContext, limits = { mostWaiting: 100, patienceMs: 1000 }) {
  const clock = t.mock.method(performance, 'now', () => nowMs)
  let nowMs = 0
  const raw = new FakeResponse()
  const stream = openStream(replyWith(raw), limits)
  const at = (ms: number, waiting: number) => {
    nowMs = ms
    raw.writableLength = waiting
    return stream.send('status', '{}')
  }
  return { raw, stream, at, clock }
}

test('a reader that catches up has all of its patience again', (t) => {
  const { raw, at } = opened(t)
  assert.equal(at(0, 100), false)
  assert.equal(at(900, 100), false)
  assert.equal(at(950, 99), true)
  assert.equal(at(2000, 100), false)
  assert.equal(at(3000, 100), false)
  assert.equal(raw.destroyed, false)
  assert.equal(at(3001, 100), false)
  assert.equal(raw.destroyed, true)
})

test('nothing is written to who has left, or to a stream that has ended', (t) => {
  const left = opened(t)
  left.raw.emit('close')
  const before = left.raw.written.length
  assert.equal(left.at(0, 0), false)
  left.stream.end()
  assert.deepEqual([left.raw.written.length, left.raw.writableEnded], [before, false])

  const ended = opened(t)
  ended.stream.end()
  ended.stream.end()
  assert.equal(ended.at(0, 0), false)
  ended.raw.destroy()
})

test('who does not take the end is cut off, and who takes it is left alone', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const slow = opened(t)
  slow.stream.end()
  t.mock.timers.tick(499)
  assert.equal(slow.raw.destroyed, false)
  t.mock.timers.tick(1)
  assert.equal(slow.raw.destroyed, true)

  const quick = opened(t)
  quick.stream.end()
  quick.raw.emit('close')
  t.mock.timers.tick(1000)
  assert.equal(quick.raw.destroyed, false)
})

test('an error of the connection harms nobody', (t) => {
  const { raw } = opened(t)
  raw.emit('error', new Error('reset'))
})

test('over HTTP/1 the connection ends with the stream; HTTP/2 has no such header', () => {
  const [first, second] = [new FakeResponse(), new FakeResponse()]
  openStream(replyWith(first), { mostWaiting: 1, patienceMs: 1 })
  openStream(replyWith(second, 2), { mostWaiting: 1, patienceMs: 1 })
  assert.deepEqual([first.headers.get('connection'), second.headers.has('connection')], ['close', false])
})

test('while the application closes no stream opens', async (t) => {
  const app = Fastify()
  t.after(() => app.close())
  const readers = new EventReaders(handMade(), app.log)
  const raw = new FakeResponse()
  readers.open(replyWith(raw))
  readers.close()
  assert.equal(raw.writableEnded, true)
  assert.throws(() => readers.open(replyWith(new FakeResponse())), { code: 'FST_PROFILER_TOO_MANY_STREAMS' })
  raw.destroy()
})

test('requests that ended while nobody listened are told to nobody', async (t) => {
  const app = Fastify()
  t.after(() => app.close())
  const backend = handMade()
  const readers = new EventReaders(backend, app.log)
  const first = new FakeResponse()
  readers.open(replyWith(first))
  assert.equal(backend.listeners, 1)
  backend.end(backend.request('k1')!)
  first.destroy()
  assert.equal(backend.listeners, 0)
  const second = new FakeResponse()
  readers.open(replyWith(second))
  const told = () => second.written.find((text) => text.startsWith('event: requests'))
  backend.end(backend.request('k2')!)
  while (told() === undefined) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.match(told()!, /"id":"k2"/)
  assert.doesNotMatch(told()!, /"id":"k1"/)
  second.destroy()
})
