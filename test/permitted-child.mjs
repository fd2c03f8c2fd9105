import fastify from 'fastify'
import profiler from '../dist/plugin/index.js'

// An application that Node's permission model confines: whether it shows a source, and saves a baseline.

const warnings = []
const write = (line) => {
  const { level, msg } = JSON.parse(line)
  if (level > 30) warnings.push(msg)
}
const app = fastify({ logger: { stream: { write } } })
await app.register(profiler, { enabled: true, persist: process.argv[2], warnBlockedMs: false })
function burnPermitted() {
  const end = performance.now() + 50
  while (performance.now() < end);
}
app.get('/', async () => {
  burnPermitted()
  return 'ok'
})
let seen
do {
  await app.inject('/')
  await app.profiler.flush()
  const { frames } = app.profiler.profile({ route: 'GET /' })
  seen = frames.find(({ name }) => name === 'burnPermitted')
} while (seen === undefined)
const { text } = app.profiler.source({ route: 'GET /' }, seen.file)
const { persisted } = await app.profiler.saveBaseline('permitted')
console.log(JSON.stringify({ seen: text.includes('burnPermitted'), persisted, warnings }))
await app.close()
