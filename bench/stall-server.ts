/**
 * A server that watches its own event loop: the routes of `routes.ts` with the subject that `process.argv[2]` names. It
 * sends `{ port }`, watches from the message `begin` to `end`, and then answers with what it saw.
 */
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import fastify from 'fastify'
import { addRoutes } from './routes.ts'
import { subjects } from './subjects.ts'

export interface StallAnswer {
  /** The longest delay in each window. */
  readonly windowsMs: number[]
  /** How long the profiler says it held the loop, each time it did. */
  readonly turnsMs: number[]
}

const WINDOW_MS = 250
/**
 * Time between two looks, the shortest that a timer can have; while the profiler is at work, there is one in each turn
 * of the event loop. All holds between two looks count as one, which may come out too long but never too short.
 */
const LOOK_MS = 1
const RESOLUTION_MS = 1

const app = fastify()
await subjects[process.argv[2]].install?.(app)
addRoutes(app)
await app.listen({ port: 0, host: '127.0.0.1' })

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
let answer: StallAnswer = { windowsMs: [], turnsMs: [] }
let timers: NodeJS.Timeout[] = []
let lastMs = 0

function begin(): void {
  answer = { windowsMs: [], turnsMs: [] }
  lastMs = ownMs()
  delays.reset()
  delays.enable()
  timers = [setInterval(endWindow, WINDOW_MS), setInterval(look, LOOK_MS)]
}

function end(): void {
  for (const timer of timers) clearInterval(timer)
  delays.disable()
}

function endWindow(): void {
  answer.windowsMs.push(Math.max(0, delays.max / 1e6 - RESOLUTION_MS))
  delays.reset()
}

function look(): void {
  const now = ownMs()
  if (now === lastMs) return
  answer.turnsMs.push(now - lastMs)
  lastMs = now
  setImmediate(look)
}

function ownMs(): number {
  return app.hasDecorator('profiler') ? app.profiler.status().overhead.totalMs : 0
}

process.on('message', (message) => {
  if (message === 'begin') begin()
  else end()
  process.send?.(answer)
})
process.on('disconnect', () => process.exit())
process.send?.({ port: (app.server.address() as AddressInfo).port })
