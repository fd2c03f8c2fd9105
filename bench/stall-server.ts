/**
 * A server that watches its own event loop: the routes of `routes.ts` with what `process.argv[2]` names around them.
 * Says `{ port }`; from `begin` to `end` it watches, and then answers with what it saw.
 */
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import fastify from 'fastify'
import { addRoutes } from './routes.ts'
import { subjects } from './subjects.ts'

export interface StallAnswer {
  /** The longest delay in each window. */
  readonly windowsMs: number[]
  /** What the profiler says it held the loop for, each time it did. */
  readonly turnsMs: number[]
}

const WINDOW_MS = 250
/**
 * As often as a timer can; while the profiler is at work, in each turn of the event loop. What is still between two
 * looks is taken for one hold: it tells too much, never too little.
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
