import fastify, { type FastifyInstance } from 'fastify'
import profiler, { type ProfilerOptions } from '../plugin/index.ts'
import type { Status } from '../plugin/model/wire/status.ts'
import { namedBurn, originOf } from './ways.ts'

/** An application in a process of its own, which a test hurts from inside. */
export interface FaultsApp {
  readonly app: FastifyInstance
  readonly origin: string
  /** What the profiler said in the log since the application listens, in order. */
  readonly said: string[]
  /** Sends requests, one after another, until `enough`; each of them has to be answered as always. */
  work(enough: (status: Status) => boolean): Promise<Status>
  /** Whether the function that the route's time goes to is in its profile. */
  sees(): boolean
  /** Sends so many. */
  send(count: number): Promise<Status>
}

export async function faultsApp(options: ProfilerOptions = {}): Promise<FaultsApp> {
  const said: string[] = []
  const stream = {
    write(line: string) {
      const { msg } = JSON.parse(line)
      if (msg.startsWith('fastify-profiler:')) said.push(msg)
    },
  }
  const app = fastify({ pluginTimeout: 0, logger: { stream } })
  await app.register(profiler, { enabled: true, warnBlockedMs: false, ...options })
  const burn = namedBurn('burnInFault', 20, () => {})
  app.get('/burn', async () => {
    burn()
    return 'burned'
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const origin = originOf(app.server)
  said.length = 0

  async function send(count: number): Promise<Status> {
    for (let i = 0; i < count; i++) {
      const response = await fetch(`${origin}/burn`)
      const answer = `${response.status} ${await response.text()}`
      if (answer !== '200 burned') throw new Error(`answered ${answer}`)
    }
    await app.profiler.flush()
    return app.profiler.status()
  }

  async function work(enough: (status: Status) => boolean): Promise<Status> {
    for (;;) {
      const status = await send(5)
      if (enough(status)) return status
    }
  }
  const sees = () =>
    app.profiler.profile({ route: 'GET /burn' }).frames.some(({ name }) => name === 'burnInFault')
  return { app, origin, said, send, work, sees }
}

/** What a child answers: the last line of what it printed. */
export function report(value: unknown): void {
  console.log(`report ${JSON.stringify(value)}`)
}
