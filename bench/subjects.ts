import type { FastifyInstance } from 'fastify'
import profiler from '../dist/plugin/index.js'
import { datadog, flame, inspector, naive } from './others.ts'

/** What can stand around the routes of a benchmark. */
export interface Subject {
  install?(app: FastifyInstance): Promise<void> | void
  /** Arguments of Node for its process. */
  readonly execArgv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Why it cannot run here; undefined when it can. */
  missing?(): string | undefined
  /** Takes so long that a fraction of the requests has to do. */
  readonly slow?: boolean
}

export const subjects: Readonly<Record<string, Subject>> = {
  absent: {},
  'absent again': {},
  off: { install: (app) => void app.register(profiler, { enabled: false }) },
  registered: { install: (app) => void app.register(profiler, { enabled: true, record: 'manual' }) },
  recording: { install: (app) => void app.register(profiler, { enabled: true }) },
  '@datadog/pprof with contexts': datadog,
  '@platformatic/flame': flame,
  'node:inspector, no attribution': inspector,
  'a profile per request': naive,
}
