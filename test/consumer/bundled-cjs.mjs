// An application that is bundled together with the package as CommonJS. Prints as JSON what became of the dashboard.
import Fastify from 'fastify'
import profiler from 'fastify-profiler'

async function main() {
  const app = Fastify()
  await app.register(profiler, { enabled: process.argv[2] === 'on' })
  app.get('/hello', () => 'hello')
  const { body } = await app.inject('/hello')
  await app.profiler.flush()
  const page = await app.inject('/__profile/')
  console.log(JSON.stringify({ body, requests: app.profiler.requests().length, page: page.statusCode }))
  await app.close()
}

main()
