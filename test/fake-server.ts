import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packSteps } from '../plugin/formats/packed.ts'
import { type RequestBounds, within } from '../plugin/model/bounds.ts'
import { NO_REQUEST } from '../plugin/model/labels.ts'
import { packedType } from '../plugin/model/packed.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import type { BaselineSummary } from '../plugin/model/wire/baselines.ts'
import type { RequestDetail, RequestSummary } from '../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../plugin/model/wire/routes.ts'
import type { Status } from '../plugin/model/wire/status.ts'
import {
  fakeBackground,
  fakeProfile,
  fakeRequest,
  fakeRoutes,
  fakeTogether,
  nameOf,
  summarise,
} from './fake-app.ts'
import { idleCulprit, onlyBlocked, phasesOfRoute, underPhase, waitingOf } from './fake-blame.ts'
import { fakeChart } from './fake-chart.ts'
import { randomOf, statusOf, summaryOf } from './fake-data.ts'
import { fakeBaseline, fakeDiff } from './fake-diff.ts'
import { fakeSource } from './fake-source.ts'

/**
 * A server that answers what the plugin's API answers, with imaginary data: for tests of the page, and for working
 * on it (`node --import tsx test/fake-server.ts`). What it answers with can be changed while it runs.
 */
export interface FakeServer {
  /** Of the page, below a prefix as behind a proxy, with a slash at the end. */
  readonly url: string
  readonly port: number
  /** Answer of any path below `api/` in place of the usual one. */
  readonly answers: Map<
    string,
    {
      readonly status: number
      readonly body: unknown
      readonly delayMs?: number
      readonly until?: Promise<void>
    }
  >
  /** Calls that change something, as `POST api/recording {"recording":false}`. */
  readonly calls: string[]
  /** Can be changed too. */
  baselines: BaselineSummary[]
  profileFor: ((route: string) => Profile | undefined) | undefined
  /** Ends `count` requests of a route, or of any, and tells the page. */
  addRequests(count: number, route?: string): RequestSummary[]
  /** Those that it keeps of a route, oldest first. */
  ofRoute(route: string): readonly RequestSummary[]
  /** Breaks all event streams. */
  disconnect(): void
  close(): Promise<void>
}

export interface FakeOptions {
  readonly port?: number
  /** Requests that have ended before it starts. */
  readonly requests?: number
  readonly recording?: boolean
  /** Other than usual. */
  readonly status?: Partial<Status>
  readonly routes?: readonly RouteSummary[]
  /** What it answers from the start; see `answers`. */
  readonly answers?: FakeServer['answers']
}

const PREFIX = '/behind/a/proxy/__profile/'
const dist = process.env.DASHBOARD_DIST ?? fileURLToPath(new URL('../dist/dashboard', import.meta.url))
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export async function startFakeServer(options: FakeOptions = {}): Promise<FakeServer> {
  const chance = randomOf(42)
  const requests: RequestDetail[] = []
  const streams = new Set<ServerResponse>()
  const answers: FakeServer['answers'] = new Map(options.answers)
  const calls: string[] = []
  let recording = options.recording ?? true
  let clearedAt = ''
  let ended = 0

  const end = (count: number, route?: string, agoMs = 0) => {
    const added: RequestDetail[] = []
    for (let i = 0; i < count; i++) {
      const picked = fakeRoutes.find((one) => nameOf(one) === route) ?? pick(chance())
      added.push(fakeRequest(picked, ++ended, Date.now() - agoMs * (1 - i / count)))
    }
    requests.push(...added)
    return added.map(summaryOf)
  }
  end(options.requests ?? 900, undefined, 120_000)

  const ofRoute = (route: string) => requests.filter((request) => request.route === route)
  const routes = (): readonly RouteSummary[] =>
    options.routes ??
    fakeRoutes
      .filter((route) => ofRoute(nameOf(route)).length > 0)
      .map((route) => summarise(route, ofRoute(nameOf(route)), 0, requests))
      .sort((a, b) => b.own.totalMs - a.own.totalMs)
  const status = (): Status => {
    const base = statusOf()
    const requestsMs = requests.reduce((sum, request) => sum + request.ownMs, 0)
    const { otherMs, gcMs, idleMs } = base.accounting
    const recordedMs = requestsMs + otherMs + gcMs + idleMs
    return {
      ...base,
      recording,
      clearedAt,
      sampler: { ...base.sampler, state: recording ? 'running' : 'stopped' },
      counts: {
        ...base.counts,
        requests: requests.length,
        routes: routes().length,
        samples: Math.round(requestsMs),
      },
      accounting: { ...base.accounting, requestsMs, recordedMs },
      ...options.status,
    }
  }
  const send = (event: string, data: unknown) => {
    for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const profile = (query: URLSearchParams): Profile | undefined => {
    const ids = query.getAll('request')
    if (query.get('route') === NO_REQUEST) return fakeBackground(requests)
    if (ids.length === 0 && !query.has('route')) {
      return requests.length === 0 ? emptyProfile('all routes') : fakeTogether(requests)
    }
    const chosen =
      ids.length > 0
        ? requests.filter(({ id }) => ids.includes(id))
        : ofRoute(query.get('route') ?? '').filter(within(boundsOf(query)))
    if (chosen.length === 0) {
      const route = query.get('route') ?? ''
      return ofRoute(route).length > 0 ? emptyProfile(route) : undefined
    }
    const made =
      server.profileFor?.(chosen[0].route) ??
      fakeProfile(fakeRoutes.find((route) => nameOf(route) === chosen[0].route)!, chosen)
    const shown = query.get('phases') === 'true' ? underPhase(made, 'handler') : made
    return query.get('across') === 'true' ? withAcross(shown) : shown
  }

  function changeBaselines(method: string, name: string, query: URLSearchParams): unknown {
    const saved = fakeBaseline(name, [query.get('route') ?? ''])
    const others = server.baselines.filter((one) => one.name !== name)
    server.baselines = method === 'DELETE' ? others : [saved, ...others]
    return saved
  }

  const orders: Record<string, (a: RequestDetail, b: RequestDetail) => number> = {
    newest: (a, b) => b.startedAt.localeCompare(a.startedAt),
    oldest: (a, b) => a.startedAt.localeCompare(b.startedAt),
    slowest: (a, b) => b.wallMs - a.wallMs,
    own: (a, b) => b.ownMs - a.ownMs,
  }

  function api(method: string, path: string, query: URLSearchParams): unknown {
    const one = /^requests\/([^/]+)(\/pin)?$/.exec(path)
    if (method === 'GET' && path === 'status') return status()
    if (method === 'GET' && path === 'routes')
      return {
        routes: routes(),
        noRequest:
          requests.length > 0
            ? idleCulprit
            : { causedMs: 0, longestBlockMs: 0, longestBlock: null, ...onlyBlocked },
      }
    if (method === 'GET' && path === 'profile') return profile(query)
    if (path === 'previous') return { kept: true, routes: [] }
    if (path === 'baselines') return { baselines: server.baselines }
    if (path.startsWith('baselines/')) return changeBaselines(method, path.slice('baselines/'.length), query)
    if (path === 'diff') {
      const { base = '', head = '' } = Object.fromEntries(query)
      const made = profile(new URLSearchParams(head.includes('route=') ? head : base))
      return made && fakeDiff(made, !base.startsWith('baseline='))
    }
    if (method === 'GET' && path === 'source') return fakeSource(query.get('file') ?? '')
    if (method === 'GET' && path === 'waiting') {
      return waitingOf(ofRoute(query.get('route') ?? '').filter(within(boundsOf(query))))
    }
    if (method === 'GET' && path === 'phases') {
      return phasesOfRoute(ofRoute(query.get('route') ?? '').filter(within(boundsOf(query))))
    }
    if (method === 'GET' && path === 'requests') {
      const list = ofRoute(query.get('route') ?? '').sort(orders[query.get('sort') ?? 'newest'])
      return { requests: list.slice(0, Number(query.get('limit') ?? 100)).map(summaryOf), cursor: null }
    }
    const charted = /^requests\/([^/]+)\/chart$/.exec(path)?.[1]
    if (charted !== undefined) {
      const made = profile(new URLSearchParams({ request: charted }))
      return made && fakeChart(made, requests.find(({ id }) => id === charted)!)
    }
    const index = one === null ? -1 : requests.findIndex(({ id }) => id === one[1])
    if (index >= 0) {
      if (method !== 'GET') requests[index] = { ...requests[index], pinned: method === 'PUT' }
      return requests[index]
    }
    if (method === 'DELETE' && path === 'requests') {
      clearedAt = new Date().toISOString()
      requests.splice(0)
      send('status', status())
      return status()
    }
    return undefined
  }

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('content-security-policy', csp)
    response.setHeader('cache-control', 'no-store')
    if (!url.pathname.startsWith(PREFIX)) return fail(response, 404, 'Not found')
    const path = url.pathname.slice(PREFIX.length)
    if (!path.startsWith('api/')) return file(response, path === '' ? 'index.html' : path)
    const set = answers.get(path)
    await set?.until
    if (set?.delayMs !== undefined) await new Promise((done) => setTimeout(done, set.delayMs))
    if (response.destroyed) return
    const packed = url.searchParams.get('format') === 'packed'
    const answered = (body: unknown) =>
      packed ? bytes(response, body as Profile) : json(response, 200, body)
    if (set?.status === 200) return answered(set.body)
    if (set !== undefined && set.status > 0) return json(response, set.status, set.body)
    if (path === 'api/events') return openStream(request, response)
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.method !== 'GET')
      calls.push(`${request.method} ${path}${url.search}${body === '' ? '' : ` ${body}`}`)
    if (path === 'api/recording') {
      recording = JSON.parse(body).recording
      send('status', status())
      return json(response, 200, { recording })
    }
    const answer = api(request.method ?? 'GET', path.slice(4), url.searchParams)
    return answer === undefined ? fail(response, 404, 'not found') : answered(answer)
  }

  function openStream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`retry: 1000\n\nevent: status\ndata: ${JSON.stringify(status())}\n\n`)
    streams.add(response)
    request.on('close', () => streams.delete(response))
  }

  const http = createServer((request, response) => void onRequest(request, response))
  await new Promise<void>((done) => http.listen(options.port ?? 0, '127.0.0.1', done))
  const { port } = http.address() as AddressInfo
  const server: FakeServer = {
    url: `http://127.0.0.1:${port}${PREFIX}`,
    port,
    answers,
    calls,
    baselines: [fakeBaseline('before', ['GET /reports/:year'])],
    profileFor: undefined,
    addRequests(count, route) {
      const added = end(count, route)
      send('requests', { requests: added, missed: 0 })
      send('status', status())
      return added
    },
    ofRoute,
    disconnect() {
      for (const stream of streams) stream.destroy()
    },
    close: () =>
      new Promise((done) => {
        http.close(() => done())
        http.closeAllConnections()
      }),
  }
  return server
}

/** The profile with each function a little more expensive from request to request. */
function withAcross(profile: Profile): Profile {
  const frame = profile.frames.flatMap(({ kind }, i) => (kind === 'root' || kind === 'phase' ? [] : [i]))
  const parts = Math.min(profile.requests, 24)
  if (parts < 2) return profile
  const requests = Array.from({ length: parts }, () => Math.ceil(profile.requests / parts))
  const totalUs = frame.map((at) => requests.map((_, part) => 100 + part * 10 + ((at * part * 7) % 60)))
  return { ...profile, across: { requests, frame, totalUs } }
}

function boundsOf(query: URLSearchParams): RequestBounds {
  const ms = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined)
  const { from, to } = Object.fromEntries(query)
  return { minMs: ms('minMs'), maxMs: ms('maxMs'), from, to }
}

/** A route, the frequent ones more often; `chance` is from 0 to 1. */
function pick(chance: number): (typeof fakeRoutes)[number] {
  let at = chance * fakeRoutes.reduce((sum, route) => sum + route.weight, 0)
  for (const route of fakeRoutes) {
    at -= route.weight
    if (at <= 0) return route
  }
  return fakeRoutes[0]
}

function file(response: ServerResponse, name: string): void {
  const path = join(dist, name)
  if (name.includes('..') || !existsSync(path)) fail(response, 404, 'no such file')
  else {
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' })
    response.end(readFileSync(path))
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function bytes(response: ServerResponse, profile: Profile): void {
  response.writeHead(200, { 'content-type': packedType })
  response.end(atOnce(packSteps(profile)))
}

function fail(response: ServerResponse, statusCode: number, message: string): void {
  json(response, statusCode, { statusCode, code: 'FST_PROFILER_NOT_FOUND', error: 'Not Found', message })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startFakeServer({ port: Number(process.env.PORT ?? 0) })
  setInterval(() => server.addRequests(1 + Math.floor(Math.random() * 6)), 400)
  console.log(server.url)
}
