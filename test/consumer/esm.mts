import Fastify from 'fastify'
import profiler, {
  profiler as named,
  type Profile,
  type ProfilerOptions,
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

// @ts-expect-error a sampler of that name does not exist
await app.register(profiler, { sampler: 'guess' })
// @ts-expect-error a misspelt option
await app.register(profiler, { samplingInterval: 5 })
