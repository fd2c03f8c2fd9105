/** Makes an application ready and prints how long that took. Plain JavaScript, so that no transpiler is measured. */
import { Session } from 'node:inspector'
import v8 from 'node:v8'
import fastify from 'fastify'

const options = {
  off: { enabled: false },
  registered: { enabled: true, record: 'manual' },
  recording: { enabled: true },
}
const subject = process.argv[2]

const [began, cpu] = [performance.now(), process.cpuUsage()]
const app = fastify()
if (subject in options) {
  const { default: profiler } = await import('../dist/plugin/index.js')
  app.register(profiler, options[subject])
}
for (let i = 0; i < 50; i++) app.get(`/route-${i}/:id`, async () => ({ i }))
await app.ready()
if (subject === 'V8 alone') startV8()
const wallMs = performance.now() - began
const { user, system } = process.cpuUsage(cpu)
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }))
process.exit()

function startV8() {
  if (v8.startCpuProfile) return v8.startCpuProfile()
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.start')
}
