import Fastify from 'fastify'
import profiler, {
  profiler as named,
  type Profile,
  type ProfilerOptions,
  type RequestFilter,
  type Selection,
  type Status,
} from 'fastify-profiler'

const options: ProfilerOptions = { record: 'manual', ignore: ['/health', /^\/static/], authorize: () => true }
const app = Fastify()
await app.register(profiler, options)
await app.register(named, { prefix: '/elsewhere' })
app.profiler.start()
const status: Status = app.profiler.status()
const profile: Profile = app.profiler.profile({ route: 'GET /users/:id' })
const { result, ownMs } = await app.profiler.collect(() => app.inject('/'))
export const numbers: number[] = [status.counts.requests, profile.ownUs, result.statusCode, ownMs]

// What is undefined is not given.
const maybe = process.env.MAYBE
export const given: readonly [ProfilerOptions, RequestFilter, Selection] = [
  { persist: maybe, enabled: maybe === 'on' ? true : undefined, authorize: maybe ? () => true : undefined },
  { route: maybe, limit: undefined },
  { route: maybe, minMs: undefined },
]
app.profiler.printStats({ route: maybe })
app.profiler.clear({ pinned: maybe === 'all' ? true : undefined })

// All that comes back can be named where this module is imported.
export const detail = app.profiler.request('1')
export const parts = [detail?.slices, detail?.waits, detail?.phases] as const
export const chart = app.profiler.chart('1')
export const spans = chart?.spans
export const all = [profile.across, profile.calls, status.sampler.name, app.profiler.routes()] as const

// @ts-expect-error a sampler of that name does not exist
await app.register(profiler, { sampler: 'guess' })
// @ts-expect-error a misspelt option
await app.register(profiler, { samplingInterval: 5 })
