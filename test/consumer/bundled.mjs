// An application that is bundled together with the package. Prints as JSON what it saw of itself, and its warnings.
import Fastify from 'fastify'
import profiler from 'fastify-profiler'

const warnings = []
const stream = { write: (line) => warnings.push(JSON.parse(line).msg) }
const app = Fastify({ logger: { level: 'warn', stream } })
await app.register(profiler, { enabled: true })
function burnInBundle() {
  const end = performance.now() + 40
  while (performance.now() < end);
}
app.get('/burn', () => {
  burnInBundle()
  return 'done'
})
await app.inject('/burn')
await app.profiler.flush()
const { frames } = app.profiler.profile({ route: 'GET /burn' })
const page = await app.inject('/__profile/')
console.log(JSON.stringify({ names: frames.map(({ name }) => name), page: page.statusCode, warnings }))
await app.close()
