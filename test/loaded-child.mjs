/** Registers what is built, prints the files that this loads, and what it records while clocks and timers are faked. */
import { Session } from 'node:inspector'
import { mock } from 'node:test'
import fastify from 'fastify'

// What Fastify itself loads only when it is used.
await fastify()
  .get('/', async () => 'ok')
  .ready()

const loaded = []
const session = new Session()
session.connect()
session.on('Debugger.scriptParsed', ({ params }) => loaded.push(params.url))
session.post('Debugger.enable')
// What was there before the plugin.
loaded.length = 0

const { default: profiler } = await import('../dist/plugin/index.js')
mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
performance.now = () => 0
process.hrtime.bigint = () => 0n

const app = fastify({ pluginTimeout: 0 })
await app.register(profiler, { enabled: process.argv[2] === 'on' })
app.get('/', async () => 'ok')
await app.ready()
const files = loaded.filter((url) => url.startsWith('file:'))
const node = [...process.moduleLoadList]
await app.inject('/')
await app.profiler.flush()
const requests = app.profiler.requests()
await app.close()
console.log(JSON.stringify({ files, node, requests }))
