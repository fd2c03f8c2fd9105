import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { hotFunctions } from '../plugin/model/hot.ts'
import type { Profile } from '../plugin/model/profile.ts'
import type { RoutesAnswer } from '../plugin/model/wire/routes.ts'
import type { SourceAnswer } from '../plugin/model/wire/source.ts'
import type { Status } from '../plugin/model/wire/status.ts'

// `npm run demo` after the build: the example with its visitors, on a port that somebody else has taken.

const root = fileURLToPath(new URL('..', import.meta.url))
const taken = createServer()
let demo: ChildProcess
let output = ''
let dashboard = ''

before(async () => {
  await once(taken.listen(0, '127.0.0.1'), 'listening')
  const env = { ...process.env, PORT: String(takenPort()), NODE_ENV: 'production' }
  const args = ['scripts/demo.mjs', '--minutes', '4']
  demo = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  demo.stdout?.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  dashboard = await until(() => /Dashboard\s+(\S+)/.exec(output)?.[1])
})

after(() => {
  demo.kill('SIGKILL')
  taken.close()
})

test('takes the next free port and says where the dashboard is', async () => {
  assert.notEqual(new URL(dashboard).port, String(takenPort()))
  const page = await fetch(dashboard)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /<title>/)
})

test('shows every kind of route within seconds', async () => {
  const expected = [
    'GET /docs/:page',
    'GET /health',
    'GET /orders/:id',
    'GET /prices/:currency',
    'GET /reports/duplicates',
    'GET /search',
    'GET /users',
    'GET /users/:id',
    'POST /orders',
  ]
  const seen = await until(async () => {
    const { routes } = await api<RoutesAnswer>('api/routes')
    return routes.length >= expected.length ? routes.map(({ route }) => route) : undefined
  })
  assert.deepEqual(seen.sort(), expected)
  const status = await api<Status>('api/status')
  assert.equal(status.recording, true)
  assert.equal(status.problem, '')
})

test('leads from the heavy route to the function and the line that make it heavy', async () => {
  const file = 'examples/shop/similarity.ts'
  const lines = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').split('\n')
  const line = lines.findIndex((text) => text.startsWith('export function groupBySimilarity')) + 1
  const route = encodeURIComponent('GET /reports/duplicates')
  const path = `api/profile?route=${route}`
  // The first request compiles and loads, longer than it works where the machine is busy.
  const profile = await until(async () => {
    const found = await api<Profile>(path)
    const isTold = found.samples >= 50 && hotFunctions(found)[0].selfUs > found.ownUs / 2
    return isTold ? found : undefined
  })
  const [hottest] = hotFunctions(profile)
  const frame = profile.frames[hottest.frame]
  assert.deepEqual([frame.name, frame.file, frame.line], ['groupBySimilarity', file, line])

  const source = await api<SourceAnswer>(`api/source?file=${encodeURIComponent(file)}&route=${route}`)
  assert.equal(source.text, lines.join('\n'))
  const [dearest] = source.lines.toSorted((a, b) => b.selfMs - a.selfMs)
  const [first, last] = [line, lines.indexOf('}', line) + 1]
  assert.ok(dearest.line > first && dearest.line < last, `line ${dearest.line}`)
  const placedMs = source.lines.reduce((sum, { selfMs }) => sum + selfMs, 0)
  assert.ok(placedMs > source.selfMs / 2, `${placedMs} of ${source.selfMs} ms have a line`)
})

test('answers with all routes in one profile where none is named', async () => {
  const { routes } = await api<RoutesAnswer>('api/routes')
  const all = await until(async () => {
    const found = await api<Profile>('api/profile')
    const ran = new Set(found.frames.map(({ file }) => file))
    return ran.has('examples/shop/similarity.ts') && ran.has('examples/shop/docs.ts') ? found : undefined
  })
  assert.deepEqual([all.title, all.route, all.routes], ['all routes', undefined, routes.length])
  const sumUs = all.tree.selfUs.reduce((a, b) => a + b, 0)
  assert.ok(Math.abs(sumUs - all.ownUs) < 1, `${sumUs} of ${all.ownUs} µs`)
  const source = await api<SourceAnswer>(`api/source?file=${encodeURIComponent('examples/shop/docs.ts')}`)
  assert.ok(source.text.length > 0)
})

test('stops at Ctrl-C, with a table of functions', { skip: process.platform === 'win32' }, async () => {
  demo.kill('SIGINT')
  const [code] = await once(demo, 'close')
  assert.equal(code, 0)
  assert.match(output, /groupBySimilarity/)
})

function takenPort(): number {
  const address = taken.address()
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

async function api<T>(path: string): Promise<T> {
  const response = await fetch(new URL(path, dashboard))
  assert.equal(response.status, 200, path)
  return (await response.json()) as T
}

/** What `look` finds, as soon as it finds something; the test's own time limit ends a search without success. */
async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    assert.equal(demo.exitCode, null, `the example ended: ${output}`)
    await sleep(100)
  }
}
