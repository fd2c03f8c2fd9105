import type { FastifyInstance } from 'fastify'
import profiler from '../dist/plugin/index.js'

/** What can stand around the routes of a benchmark. */
export interface Subject {
  /** Undefined where it does not work on this Node, or is not installed. */
  readonly missing?: string
  install(app: FastifyInstance): Promise<void> | void
}

const none: Subject = { install() {} }

const recording: Subject = {
  async install(app) {
    await app.register(profiler, { enabled: true })
  },
}

export const subjects = {
  absent: none,
  'absent again': none,
  off: {
    async install(app) {
      await app.register(profiler, { enabled: false })
    },
  },
  registered: {
    async install(app) {
      await app.register(profiler, { enabled: true, record: 'manual' })
    },
  },
  recording,
} satisfies Record<string, Subject>

export type SubjectName = keyof typeof subjects
