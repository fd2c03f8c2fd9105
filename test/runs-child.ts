/**
 * A small application that listens, and sends itself requests when a line comes in: `GET /work 30`. A line `close`
 * closes it. Arguments: folder of the option `persist`, milliseconds of work per request, further options as JSON, `logs`
 * among them.
 */

import { createInterface } from 'node:readline'
import fastify from 'fastify'
import profiler from '../plugin/index.ts'
import { namedBurn } from './ways.ts'

const [persist, workMs, more = '{}'] = process.argv.slice(2)
const { logs = false, ...options } = JSON.parse(more)
const app = fastify({ logger: logs && { level: 'warn' } })
await app.register(profiler, { persist, warnBlockedMs: false, ...options })
const burn = namedBurn(`work_${workMs}`, Number(workMs), () => {})
app.get('/work', async () => burn())
app.get('/other', async () => burn())
const url = await app.listen({ port: 0, host: '127.0.0.1' })
console.log(`report ${JSON.stringify({ url, pid: process.pid })}`)

for await (const line of createInterface({ input: process.stdin })) {
  const [path, times] = line.split(' ')
  if (path === 'close') break
  for (let i = 0; i < Number(times); i++) await (await fetch(url + path)).text()
  await app.profiler.flush()
  console.log('report "sent"')
}
await app.close()
console.log('report "closed"')
