import fastify, { type FastifyInstance } from 'fastify'

/** An application that is built and never listens, as it describes itself. */
export function structureOf(app: FastifyInstance): Record<string, unknown> {
  const asked = ['/a', '/a/:id', '/b/c', '/nowhere', '/hosted']
  return {
    routes: routeLines(app),
    hasRoute: asked.map((url) => app.hasRoute({ method: 'GET', url })),
    hasHead: asked.map((url) => app.hasRoute({ method: 'HEAD', url })),
    hasHosted: app.hasRoute({ method: 'GET', url: '/hosted', constraints: { host: 'a.example' } }),
    findRoute: app.findRoute({ method: 'GET', url: '/a/:id' })?.params,
    decorators: ['mine', 'theirs'].map((name) => app.hasDecorator(name)),
    parsers: ['application/json', 'text/plain', 'text/mine'].map((type) => app.hasContentTypeParser(type)),
    schemas: Object.keys(app.getSchemas()),
    config: app.initialConfig,
    strategy: app.hasConstraintStrategy('version'),
    prefix: app.prefix,
    listeners: app.server.eventNames().map((name) => [name, app.server.listenerCount(name)]),
  }
}

/** What `printRoutes()` draws, without the lines that hold the branches: more routes, other branches. */
function routeLines(app: FastifyInstance): string[] {
  const texts: string[] = []
  /** How far the dashboard's branch is set in, while lines are of it. */
  let own = Number.POSITIVE_INFINITY
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const text = line.replace(/^[│├└─\s]+/, '')
    const indent = line.length - text.length
    if (indent <= own) own = text.includes('__profile') ? indent : Number.POSITIVE_INFINITY
    if (own === Number.POSITIVE_INFINITY) texts.push(text.trim())
  }
  // Whatever is not found below the dashboard.
  return texts.filter((text) => !text.startsWith('* (')).sort()
}

export function buildStructure(app: FastifyInstance): void {
  app.decorate('mine', 1)
  app.addSchema({ $id: 'mine', type: 'object' })
  app.addContentTypeParser('text/mine', (_request, _payload, done) => done(null))
  app.get('/a', async () => 'a')
  app.post('/a', async () => 'a')
  app.get('/a/:id', async () => 'a')
  app.register(async (scope) => void scope.get('/c', async () => 'c'), { prefix: '/b' })
  app.get('/hosted', { constraints: { host: 'a.example' } }, async () => 'hosted')
}

/** What an application can do wrong before it serves; each ends in an error, or in none. */
export const mistakes: Record<string, (app: FastifyInstance) => unknown> = {
  'a route twice': (app) => {
    app.get('/twice', async () => 1)
    app.get('/twice', async () => 2)
  },
  'a decorator twice': (app) => {
    app.decorate('twice', 1)
    app.decorate('twice', 2)
  },
  'a route without a handler': (app) => app.route({ method: 'GET', url: '/a' } as never),
  'a method that is none': (app) => app.route({ method: 'BREW', url: '/a', handler: async () => 1 } as never),
  'a hook that is none': (app) => app.addHook('onRequest', 'text' as never),
  'a hook of no name': (app) => app.addHook('onNothing' as never, async () => {}),
  'an async hook with a callback': (app) =>
    app.addHook('onRequest', (async (_request: unknown, _reply: unknown, _done: unknown) => {}) as never),
  'a schema that is wrong': (app) =>
    app.get('/a', { schema: { querystring: { type: 'nonsense' } } }, async () => 1),
  'a schema with a reference to nothing': (app) =>
    app.post('/a', { schema: { body: { $ref: 'nothing#' } } }, async () => 1),
  'a plugin that throws': (app) =>
    app.register(async () => {
      throw new Error('in a plugin')
    }),
  'a ready hook that fails': (app) =>
    app.addHook('onReady', async () => Promise.reject(new Error('not ready'))),
  'a close hook that fails': (app) =>
    app.addHook('onClose', async () => Promise.reject(new Error('not closed'))),
  'a not-found handler twice': (app) => {
    app.setNotFoundHandler(async () => 1)
    app.setNotFoundHandler(async () => 2)
  },
  'a route after the start': async (app) => {
    await app.ready()
    app.get('/late', async () => 1)
  },
  'a hook after the start': async (app) => {
    await app.ready()
    app.addHook('onRequest', async () => {})
  },
  'ready, listening and closing twice': async (app) => {
    await app.ready()
    await app.ready()
    await app.listen({ port: 0, host: '127.0.0.1' })
    const again = await app.listen({ port: 0, host: '127.0.0.1' }).catch((error) => error.code)
    await app.close()
    await app.close()
    return again
  },
  'an inject before it is ready, and after it has closed': async (app) => {
    app.get('/a', async () => 'a')
    const before = await app.inject('/a')
    await app.close()
    const after = await app.inject('/a').catch((error) => error.message)
    return [before.statusCode, before.body, typeof after === 'string' ? after : after.statusCode]
  },
  nothing: () => {},
}

/** What came of a mistake, and the order of the hooks of the application until it had closed. */
export async function outcomeOf(
  mistake: (app: FastifyInstance) => unknown,
  install: (app: FastifyInstance) => unknown,
): Promise<unknown> {
  const app = fastify()
  const trace: string[] = []
  await install(app)
  for (const name of ['onReady', 'onListen', 'preClose', 'onClose'] as const) {
    app.addHook(name, async () => void trace.push(name))
  }
  app.addHook(
    'onRoute',
    ({ method, url }) => void (url.startsWith('/__profile') || trace.push(`${method} ${url}`)),
  )
  const failure = (error: Error & { code?: string }) => `${error.name} ${error.code} ${error.message}`
  let result: unknown
  try {
    result = await mistake(app)
    if (result === app) result = 'the application'
  } catch (error) {
    result = failure(error as Error)
  }
  const ready = await Promise.resolve(app.ready()).then(() => 'ready', failure)
  const closed = await app.close().then(() => 'closed', failure)
  return { result: String(result), ready, closed, trace }
}
