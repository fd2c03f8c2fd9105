// The same from CommonJS: the whole module goes to `register`, as Fastify users write it.
const Fastify = require('fastify')
const profiler = require('fastify-profiler')

const app = Fastify()
app.register(require('fastify-profiler'), { enabled: true })
app.get('/hello', async () => 'hello')
app.ready(async () => {
  const { statusCode } = await app.inject('/hello')
  await app.profiler.flush()
  const seen = {
    same: profiler.profiler === profiler.default,
    enabled: app.profiler.enabled,
    statusCode,
    routes: app.profiler.routes().map(({ route }) => route),
  }
  await app.close()
  console.log(JSON.stringify(seen))
})
