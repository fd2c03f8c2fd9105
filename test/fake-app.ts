import { NO_REQUEST } from '../plugin/model/labels.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import type { RequestPhase } from '../plugin/model/wire/phases.ts'
import type { RequestDetail, Slice } from '../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../plugin/model/wire/routes.ts'
import type { Wait } from '../plugin/model/wire/waits.ts'
import { CULPRIT, culpritOf } from './fake-blame.ts'
import { bigProfile, emptyRoute, fakeLines, profileOf, randomOf } from './fake-data.ts'

/** A route of the imaginary application: how long it takes, and what it does in that time. */
interface FakeRoute {
  readonly method: string
  readonly url: string
  readonly path: () => string
  /** Median own and waiting time, milliseconds. */
  readonly ownMs: number
  readonly waitMs: number
  /** How often it is called, relative to the others. */
  readonly weight: number
  readonly failing?: number
  readonly stacks: string
}

const LIFE = 'preHandlerCallback@npm:fastify/lib/handle-request.js:126'
const SEND = 'onSendEnd@npm:fastify/lib/reply.js:574'
const ASYNC = 'processTicksAndRejections@node:internal/process/task_queues:71'

export const HOSTILE = '</script><img src=x onerror=alert(1)>'

const random = randomOf(7)
const id = () => 1 + Math.floor(random() * 400)

export const fakeRoutes: readonly FakeRoute[] = [
  {
    method: 'GET',
    url: '/reports/:year',
    path: () => `/reports/${2019 + (id() % 7)}?format=&locale=`,
    ownMs: 61,
    waitMs: 24,
    weight: 3,
    stacks: `
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;aggregate@lib/report.ts:71;groupBy@lib/collections.ts:9 9400
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;aggregate@lib/report.ts:71;groupBy@lib/collections.ts:9;keyOf@lib/collections.ts:22 6200
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;aggregate@lib/report.ts:71 4100
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;aggregate@lib/report.ts:71;median@lib/stats.ts:31;sort 5200
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;aggregate@lib/report.ts:71;median@lib/stats.ts:31;sort;compareNumbers@lib/stats.ts:28 4600
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;formatRow@lib/report.ts:102;format@npm:date-fns/format.js:341 3900
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;formatRow@lib/report.ts:102;format@npm:date-fns/format.js:341;formatters.yyyy@npm:date-fns/_lib/format/formatters.js:88 2800
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;formatRow@lib/report.ts:102;toLocaleString 2100
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;walk@lib/tree.ts:12;walk@lib/tree.ts:12;walk@lib/tree.ts:12;visit@lib/tree.ts:30 1900
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;walk@lib/tree.ts:12;walk@lib/tree.ts:12;visit@lib/tree.ts:30 900
${LIFE};getReport@routes/reports.ts:18;buildReport@lib/report.ts:44;walk@lib/tree.ts:12;(anonymous)@lib/tree.ts:19 700
${LIFE};getReport@routes/reports.ts:18;loadRows@lib/db.ts:55;all@npm:sql.js/dist/sql-wasm.js:1;step 6100
${LIFE};getReport@routes/reports.ts:18;loadRows@lib/db.ts:55;all@npm:sql.js/dist/sql-wasm.js:1;getAsObject@npm:sql.js/dist/sql-wasm.js:1 2400
${LIFE};getReport@routes/reports.ts:18;loadRows@lib/db.ts:55;mapRow@lib/db.ts:80 1500
${LIFE};getReport@routes/reports.ts:18;(garbage collector) 1700
${ASYNC};getReport@routes/reports.ts:18;render@lib/render.ts:6;marked@npm:marked/lib/marked.esm.js:1;lex@npm:marked/lib/marked.esm.js:1;blockTokens@npm:marked/lib/marked.esm.js:1 2600
${ASYNC};getReport@routes/reports.ts:18;render@lib/render.ts:6;marked@npm:marked/lib/marked.esm.js:1;parse@npm:marked/lib/marked.esm.js:1;parseInline@npm:marked/lib/marked.esm.js:1 1700
${ASYNC};getReport@routes/reports.ts:18;render@lib/render.ts:6;escapeHtml@lib/render.ts:31;replace 900
${SEND};write_@node:_http_outgoing:892;writevGeneric@node:internal/stream_base_commons:123;writev 800
${SEND};serialize@npm:fast-json-stringify/index.js:201;anonymous0@npm:fast-json-stringify/index.js:12 700
${LIFE};requestId@plugins/request-id.ts:8;randomUUID@node:internal/crypto/random:391 200`,
  },
  {
    method: 'POST',
    url: '/orders',
    path: () => '/orders',
    ownMs: 9.4,
    waitMs: 11,
    weight: 10,
    failing: 0.02,
    stacks: `
rawBody@npm:fastify/lib/content-type-parser.js:217;defaultJsonParser@npm:fastify/lib/content-type-parser.js:301;parse@npm:secure-json-parse/index.js:122;parse 3900
rawBody@npm:fastify/lib/content-type-parser.js:217;onEnd@npm:fastify/lib/content-type-parser.js:244;concat@node:buffer:564 700
${LIFE};validate@npm:fastify/lib/validation.js:140;validate10@npm:ajv/dist/core.js:1;validate11@npm:ajv/dist/core.js:1 1900
${LIFE};createOrder@routes/orders.ts:22;priceOf@lib/pricing.ts:40;discount@lib/pricing.ts:66 1300
${LIFE};createOrder@routes/orders.ts:22;insert@lib/db.ts:91;run@npm:sql.js/dist/sql-wasm.js:1 1500
${SEND};write_@node:_http_outgoing:892 300`,
  },
  {
    method: 'GET',
    url: '/products/:id',
    path: () => `/products/${id()}`,
    ownMs: 1.6,
    waitMs: 2.2,
    weight: 40,
    stacks: `
${LIFE};getProduct@routes/products.ts:14;find@lib/db.ts:33;get@npm:sql.js/dist/sql-wasm.js:1 800
${LIFE};getProduct@routes/products.ts:14;toJson@lib/products.ts:8 300
${SEND};serialize@npm:fast-json-stringify/index.js:201 300
${SEND};write_@node:_http_outgoing:892 200`,
  },
  {
    method: 'GET',
    url: '/articles/:slug',
    path: () => `/articles/how-to-${id()}`,
    ownMs: 14,
    waitMs: 4,
    weight: 6,
    stacks: `
${LIFE};getArticle@routes/articles.ts:9;marked@npm:marked/lib/marked.esm.js:1;lex@npm:marked/lib/marked.esm.js:1 8000
${LIFE};getArticle@routes/articles.ts:9;${HOSTILE}@lib/"><b>x.ts:1 3000
${LIFE};getArticle@routes/articles.ts:9;highlight@lib/highlight.ts:20;exec 3000`,
  },
  {
    method: 'GET',
    url: '/search',
    path: () => '/search?q=',
    ownMs: 4.1,
    waitMs: 38,
    weight: 14,
    failing: 0.004,
    stacks: `
${LIFE};search@routes/search.ts:12;rank@lib/rank.ts:30;score@lib/rank.ts:51 2600
${LIFE};search@routes/search.ts:12;fetch@node:internal/deps/undici/undici:1 1500`,
  },
  {
    method: 'GET',
    url: '/health',
    path: () => '/health',
    ownMs: 0.14,
    waitMs: 0.2,
    weight: 30,
    stacks: `${LIFE};health@routes/health.ts:3 100\n${SEND};write_@node:_http_outgoing:892 40`,
  },
  {
    method: 'GET',
    url: '(not found)',
    path: () => '/wp-login.php',
    ownMs: 0.2,
    waitMs: 0.1,
    weight: 1,
    stacks: 'basic404@npm:fastify/lib/four-oh-four.js:49 200',
  },
]

/** One request, as random as its number. */
export function fakeRequest(route: FakeRoute, number: number, endedAt: number): RequestDetail {
  const chance = randomOf(number * 977 + route.url.length)
  const spread = (median: number) => median * Math.exp((chance() + chance() + chance() - 1.5) * 0.9)
  const ownMs = spread(route.ownMs)
  const gcMs = ownMs * 0.03
  const waitingMs = spread(route.waitMs)
  const blockedMs = chance() < 0.08 ? spread(60) : 0
  const wallMs = ownMs + gcMs + waitingMs + blockedMs
  const failed = chance() < (route.failing ?? 0)
  const aborted = !failed && chance() < 0.01
  return {
    id: number.toString(36),
    route: nameOf(route),
    method: route.method,
    url: route.path(),
    statusCode: failed ? 500 : aborted ? 0 : route.url === '(not found)' ? 404 : 200,
    startedAt: new Date(endedAt - wallMs).toISOString(),
    wallMs,
    ownMs,
    blockedMs,
    gcMs,
    waitingMs,
    samples: Math.round(ownMs / 1.08),
    outcome: failed ? 'errored' : aborted ? 'aborted' : 'completed',
    pinned: false,
    afterMs: chance() < 0.1 ? ownMs * 0.1 : 0,
    blockedBy: blockedMs > 0 ? [{ route: CULPRIT, ms: blockedMs }] : [],
    queuedMs: blockedMs > 0 ? blockedMs * 0.3 : 0,
    queueKnown: true,
    queuedBehind: blockedMs > 0 ? [{ route: CULPRIT, ms: blockedMs * 0.28 }] : [],
    waits: waitsOf(route, ownMs * 0.3, waitingMs),
    phases: phasesOf(ownMs, wallMs),
    slices: slicesOf({ ownMs: ownMs * 0.3, waitingMs, blockedMs, gcMs, restMs: ownMs * 0.7 }, CULPRIT),
  }
}

export function nameOf({ method, url }: FakeRoute): string {
  return url === '(not found)' ? url : `${method} ${url}`
}

/** The profile of some requests of a route: its stacks, scaled to the requests' own time. */
export function fakeProfile(route: FakeRoute, requests: readonly RequestDetail[]): Profile {
  if (route.url === '/big') return bigProfile(100_000)
  const ownUs = requests.reduce((sum, request) => sum + request.ownMs * 1000, 0)
  const base = profileOf(nameOf(route), route.stacks)
  const chance = randomOf(requests.length)
  const weights = base.tree.selfUs.map((us) => us * (0.7 + 0.6 * chance()))
  const sum = weights.reduce((a, b) => a + b, 0)
  const selfUs = weights.map((us) => (us / sum) * ownUs)
  const samples = selfUs.map((us) => Math.round(us / 1084))
  const name = requests.length === 1 ? `${base.title} #${requests[0].id}` : base.title
  return {
    ...base,
    title: name,
    route: base.title,
    requests: requests.length,
    ownUs,
    samples: samples.reduce((a, b) => a + b, 0),
    tree: { ...base.tree, selfUs, samples },
    lines: fakeLines(base.frames, { ...base.tree, selfUs, samples }),
  }
}

/** What the imaginary application did for no request: a report of its own. */
export function fakeBackground(requests: readonly RequestDetail[]): Profile {
  if (requests.length === 0) return { ...emptyProfile(NO_REQUEST), route: NO_REQUEST }
  const made = fakeProfile(fakeRoutes[0], requests.slice(0, 20))
  const frames = made.frames.map((frame, i) => (i === 0 ? { ...frame, name: NO_REQUEST } : frame))
  return { ...made, title: NO_REQUEST, route: NO_REQUEST, requests: 0, frames }
}

/** The profile of requests of all routes: each route's stacks, scaled to its requests' own time. */
export function fakeTogether(requests: readonly RequestDetail[]): Profile {
  const stacks: string[] = []
  const told = fakeRoutes.filter((route) => requests.some((request) => request.route === nameOf(route)))
  for (const route of told) {
    const own = requests.filter((request) => request.route === nameOf(route))
    const ownUs = own.reduce((sum, request) => sum + request.ownMs * 1000, 0)
    const lines = route.stacks.trim().split('\n')
    const us = lines.map((line) => Number(line.slice(line.lastIndexOf(' '))))
    const sum = us.reduce((a, b) => a + b, 0)
    for (const [i, line] of lines.entries()) {
      stacks.push(`${line.slice(0, line.lastIndexOf(' '))} ${(us[i] / sum) * ownUs}`)
    }
  }
  const of = told.length > 1 ? { routes: told.length } : { route: nameOf(told[0]) }
  return { ...profileOf('all routes', stacks.join('\n'), requests.length), ...of }
}

function phasesOf(ownMs: number, wallMs: number): RequestPhase[] {
  const ends = { onRequest: 0.02, preHandler: 0.1, handler: 0.8, serialization: 0.95, sending: 1 } as const
  let start = 0
  return Object.entries(ends).map(([name, end]) => {
    const part = end - start
    const phase = {
      name: name as keyof typeof ends,
      includes: [],
      startUs: start * wallMs * 1000,
      endUs: end * wallMs * 1000,
      wallMs: part * wallMs,
      ownMs: part * ownMs,
    }
    start = end
    return phase
  })
}

/** Half of the routes wait for things with a name, some of them side by side. */
function waitsOf(route: FakeRoute, fromMs: number, waitingMs: number): Wait[] {
  const at = (share: number) => (fromMs + share * waitingMs) * 1000
  const targets: Record<string, readonly Wait[]> = {
    '/search': [
      { kind: 'http', target: 'GET http://search.internal/query?q=', startUs: at(0), endUs: at(0.9) },
      { kind: 'dns', target: 'search.internal', startUs: at(0), endUs: at(0.1) },
      {
        kind: 'database',
        target: 'SELECT id, title FROM pages WHERE id IN (?)',
        startUs: at(0.5),
        endUs: at(1),
      },
    ],
    '/orders': [{ kind: 'timer', target: '10 ms', startUs: at(0), endUs: at(1) }],
  }
  return [...(targets[route.url] ?? [])]
}

/** The parts of a request in order: some own work, a wait, somebody else's turn, the rest. */
function slicesOf(
  ms: Record<'ownMs' | 'waitingMs' | 'blockedMs' | 'gcMs' | 'restMs', number>,
  route: string,
): Slice[] {
  const parts = [
    { kind: 'own', us: ms.ownMs * 1000 },
    { kind: 'waiting', us: ms.waitingMs * 1000 },
    { kind: 'blocked', us: ms.blockedMs * 1000, route },
    { kind: 'gc', us: ms.gcMs * 1000 },
    { kind: 'own', us: ms.restMs * 1000 },
  ] as const
  const slices: Slice[] = []
  let startUs = 0
  for (const { us, ...part } of parts) {
    if (us > 0) slices.push({ ...part, startUs, endUs: startUs + us })
    startUs += us
  }
  return slices
}

export function summarise(
  route: FakeRoute,
  requests: readonly RequestDetail[],
  before: number,
  all: readonly RequestDetail[] = requests,
): RouteSummary {
  const empty = emptyRoute(route.method, route.url)
  const wall = requests.map((request) => request.wallMs).sort((a, b) => a - b)
  const own = requests.map((request) => request.ownMs).sort((a, b) => a - b)
  const at = (list: readonly number[], share: number) => list[Math.floor((list.length - 1) * share)] ?? 0
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / Math.max(list.length, 1)
  const count = before + requests.length
  return {
    ...empty,
    route: nameOf(route),
    method: route.url === '(not found)' ? '' : route.method,
    count,
    errors: requests.filter((request) => request.statusCode >= 500).length,
    latency: {
      p50Ms: at(wall, 0.5),
      p95Ms: at(wall, 0.95),
      p99Ms: at(wall, 0.99),
      maxMs: at(wall, 1),
      meanMs: mean(wall),
    },
    own: { totalMs: mean(own) * count, meanMs: mean(own), p95Ms: at(own, 0.95) },
    gc: { totalMs: mean(own) * 0.03 * count, meanMs: mean(own) * 0.03 },
    blocked: {
      totalMs: requests.reduce((sum, request) => sum + request.blockedMs, 0),
      meanMs: mean(requests.map((request) => request.blockedMs)),
    },
    waiting: { meanMs: mean(requests.map((request) => request.waitingMs)) },
    samples: Math.round((mean(own) * count) / 1.08),
    recentMs: requests.slice(-60).map((request) => request.wallMs),
    ...culpritOf(nameOf(route), all),
  }
}
