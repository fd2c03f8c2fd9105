/**
 * A server whose requests wait for each other: none is answered before `process.argv[3]` of them have arrived. It sends
 * `{ port }`, and answers every message with the most requests and profiles that it had at a time.
 */
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { createSampler } from '../plugin/sampler/index.ts'
import { watch } from '../test/v8-watch.ts'
import { subjects } from './subjects.ts'

export interface OverlapAnswer {
  readonly mostOpen: number
  readonly mostProfiles: number
}

const [, , subject, wanted] = process.argv
const seen = watch(subject === 'recording' ? createSampler('auto', 1000).sampler.name : 'v8-profiler-next')

const app = fastify()
await subjects[subject].install?.(app)
let open = 0
let all = () => {}
const everybody = new Promise<void>((resolve) => {
  all = resolve
})
app.get('/', async () => {
  if (++open === Number(wanted)) all()
  await everybody
  let sum = 0
  for (let i = 0; i < 20_000; i++) sum += i % 1000 === 0 ? await i : i % 7
  return { sum }
})
await app.listen({ port: 0, host: '127.0.0.1' })
process.on('message', () => process.send?.({ mostOpen: open, mostProfiles: seen.most }))
process.on('disconnect', () => process.exit())
process.send?.({ port: (app.server.address() as AddressInfo).port })
