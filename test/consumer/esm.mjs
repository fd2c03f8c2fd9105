// An application as a user would write it, with the installed package. Prints what it saw as JSON.
import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import profiler, { profiler as named } from 'fastify-profiler'

const app = Fastify()
await app.register(profiler, { enabled: true, sampler: process.argv[2] })
app.get('/burn', () => {
  const end = performance.now() + 40
  while (performance.now() < end);
  return 'done'
})
const origin = await app.listen({ host: '127.0.0.1', port: 0 })
await (await fetch(`${origin}/burn`)).text()
await app.profiler.flush()
const page = await fetch(`${origin}/__profile/`)
const html = await page.text()
const script = /<script[^>]* src="(?<path>[^"]+)"/.exec(html)?.groups.path
const answer = await fetch(new URL(script, page.url))
await answer.text()
const writers = () =>
  Object.keys(createRequire(import.meta.url).cache).filter((path) => /pprof/.test(path)).length
const writersBefore = writers()
const pprof = gunzipSync(app.profiler.export({ route: 'GET /burn' }, 'pprof'))
const seen = {
  same: profiler === named,
  enabled: app.profiler.enabled,
  sampler: app.profiler.status().sampler.name,
  routes: app.profiler.routes().map(({ route, own }) => ({ route, ownMs: own.totalMs })),
  writers: [writersBefore, writers()],
  pprof: pprof.includes('GET /burn'),
  page: page.status,
  script: { status: answer.status, type: answer.headers.get('content-type') },
}
await app.close()
console.log(JSON.stringify(seen))
