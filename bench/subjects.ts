import type { FastifyInstance } from 'fastify'
import profiler from '../dist/plugin/index.js'
import { keepTickShape } from '../plugin/tracker/async-hooks.ts'
import { datadog, flame, inspector, naive } from './others.ts'

/** A profiler, or none, that the routes of a benchmark run with. */
export interface Subject {
  install?(app: FastifyInstance): Promise<void> | void
  /** Does all work that is left from the requests so far, so that it counts where they do. */
  settle?(app: FastifyInstance): Promise<void>
  /** Arguments for Node in its process. */
  readonly execArgv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Why it cannot run here; undefined when it can. */
  missing?(): string | undefined
  /** Whether it takes so long that it gets only a fraction of the requests. */
  readonly slow?: boolean
}

export const subjects: Readonly<Record<string, Subject>> = {
  absent: {},
  'absent again': {},
  // The profiler keeps a tick, since V8 may forget how ticks look and then is slow to make them. What that alone does:
  'absent, a tick kept': { install: keepTickShape },
  off: { install: (app) => void app.register(profiler, { enabled: false }) },
  registered: { install: (app) => void app.register(profiler, { enabled: true, record: 'manual' }) },
  recording: {
    install: (app) => void app.register(profiler, { enabled: true }),
    settle: (app) => app.profiler.flush(),
  },
  '@datadog/pprof with contexts': datadog,
  '@platformatic/flame': flame,
  'node:inspector, no attribution': inspector,
  'a profile per request': naive,
}
