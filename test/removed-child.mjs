import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify from 'fastify'
import profiler from '../dist/plugin/index.js'

// An application whose working directory is removed before the profiler is registered.

const warnings = []
const write = (line) => {
  const { level, msg } = JSON.parse(line)
  if (level > 30) warnings.push(msg)
}
const folder = mkdtempSync(join(tmpdir(), 'profiler-'))
process.chdir(folder)
rmdirSync(folder)
const app = fastify({ logger: { stream: { write } } })
await app.register(profiler)
app.get('/', async () => 'ok')
await app.listen({ port: 0, host: '127.0.0.1' })
const { body } = await app.inject('/')
await app.profiler.flush()
const { statusCode } = await app.inject('/__profile/api/status')
const exported = app.profiler.export({}, 'markdown')
console.log(
  JSON.stringify({
    on: app.profiler.enabled,
    app: body,
    status: statusCode,
    exports: exported !== '',
    warnings,
  }),
)
await app.close()
