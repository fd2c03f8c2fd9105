import Fastify = require('fastify')
import profiler = require('fastify-profiler')

const app = Fastify()
app.register(profiler.default, { enabled: ['development'] })
app.register(profiler.profiler)
app.register(import('fastify-profiler'), { enabled: true })
app.ready(() => app.profiler.printStats({ sort: 'total', limit: 5 }))
