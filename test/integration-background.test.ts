import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import profiler from '../plugin/index.ts'
import { NO_REQUEST } from '../plugin/model/labels.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { sum } from '../plugin/model/sum.ts'
import { totals } from '../plugin/model/tree.ts'
import { exportFormats } from '../plugin/model/wire/selection.ts'
import { calmly } from './calmly.ts'
import { namedBurn } from './ways.ts'

const burnInRoute = namedBurn('burnInRoute', 20, () => {})
const background = { route: NO_REQUEST }
let app: FastifyInstance

before(work)

/** An application that has worked, in requests and for none. */
async function work(): Promise<void> {
  app = fastify()
  await app.register(profiler, { enabled: true })
  app.get('/', async () => {
    burnInRoute()
    return 'x'
  })
  await app.ready()
  await app.inject('/')
  for (let i = 0; i < 5; i++) {
    await sleep(5)
    burnInTimer()
    await app.inject('/')
  }
  await app.profiler.flush()
}

after(() => app.close())

function burnInTimer(): void {
  for (const end = performance.now() + 20; performance.now() < end; );
}

/** Total time of a function, milliseconds. */
function totalMs({ tree, frames }: Profile, name: string): number {
  const of = totals(tree)
  return sum(of.filter((_, node) => frames[tree.frame[node]].name === name)) / 1000
}

const get = (path: string) => app.inject({ url: `/__profile/api/${path}`, headers: { host: 'localhost' } })
const query = `route=${encodeURIComponent(NO_REQUEST)}`

test('what timers do is in the profile of no request, and in no other', () => {
  let isFirst = true
  return calmly(async () => {
    if (!isFirst) {
      await app.close()
      await work()
    }
    isFirst = false
    const profile = app.profiler.profile(background)
    const all = app.profiler.profile()
    const ownMs = totalMs(profile, 'burnInTimer')
    assert.ok(ownMs > 80 && ownMs < profile.ownUs / 1000 + 1e-6, `${ownMs}`)
    assert.equal(totalMs(profile, 'burnInRoute'), 0)
    assert.equal(totalMs(all, 'burnInTimer'), 0)
    assert.ok(totalMs(all, 'burnInRoute') > 80)
  })
})

test('its time is that of the account, to which its functions add up', async () => {
  // What has begun to be attributed meanwhile stands in the one before it stands in the other.
  await app.profiler.flush()
  const { ownUs, tree, samples } = app.profiler.profile(background)
  const { otherMs } = app.profiler.status().accounting
  assert.ok(Math.abs(ownUs / 1000 - otherMs) < 1e-6 * otherMs, `${ownUs} µs, ${otherMs} ms`)
  assert.ok(Math.abs(sum(tree.selfUs) - ownUs) < 1e-6 * ownUs)
  assert.equal(sum(tree.samples), samples)
})

test('can be asked for, exported and printed as that of a route', async () => {
  const answer = await get(`profile?${query}`)
  assert.equal(answer.statusCode, 200)
  assert.deepEqual([answer.json().route, answer.json().requests], [NO_REQUEST, 0])
  for (const format of exportFormats) {
    const file = await get(`profile?${query}&format=${format}`)
    assert.equal(file.statusCode, 200, format)
    assert.match(String(file.headers['content-disposition']), /profile-no-request-20/)
    if (format !== 'pprof') assert.match(file.body, /burnInTimer/, format)
  }
  const report = app.profiler.export(background, 'markdown')
  assert.match(String(report), /work of no request, 20.+burnInTimer/s)
  let text = ''
  app.profiler.printStats({ ...background, stream: { write: (line: string) => (text += line) } as never })
  assert.match(text, /^\(no request\)\nwork of no request, \d+ samples/)
})

test('the source of a function in it can be read', async () => {
  const { frames } = app.profiler.profile(background)
  const { file } = frames.find(({ name }) => name === 'burnInTimer')!
  const answer = await get(`source?${query}&file=${encodeURIComponent(file)}`)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.json().file, file)
})

test('has no requests: none to list, none to bound, none to compare', async () => {
  assert.deepEqual(app.profiler.requests(background), [])
  const bounded = await get(`profile?${query}&minMs=5`)
  assert.equal(bounded.statusCode, 400)
  assert.equal(bounded.json().code, 'FST_PROFILER_BAD_PARAMETER')
  assert.match(bounded.json().message, /no bounds, since \(no request\) has no requests/)
  for (const path of [`phases?${query}`, `waiting?${query}`]) {
    assert.equal((await get(path)).statusCode, 404, path)
  }
  assert.throws(() => app.profiler.diff(background, { route: 'GET /' }), { code: 'FST_PROFILER_NOT_FOUND' })
})

test('the profiler counts itself among it, as a package', () => {
  const { frames } = app.profiler.profile(background)
  const own = frames.filter((frame) => frame.package === 'fastify-profiler')
  assert.ok(own.length > 0)
  for (const { kind } of own) assert.equal(kind, 'package')
})

test('is forgotten when all is cleared', async () => {
  app.profiler.clear()
  await app.inject('/')
  await app.profiler.flush()
  assert.equal(totalMs(app.profiler.profile(background), 'burnInTimer'), 0)
})
