import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Settings } from '../options/index.ts'
import { markOwn } from '../requests/own.ts'
import type { Backend } from './backend.ts'
import { baselineRoutes } from './baselines.ts'
import { parseBodies } from './body.ts'
import { followDecorations } from './decorations.ts'
import { diffRoutes } from './diff.ts'
import { EventReaders, eventRoutes } from './events.ts'
import { sendFailure } from './failure.ts'
import { freshener } from './fresh.ts'
import { guard } from './guard.ts'
import { secure } from './headers.ts'
import { pageRoutes } from './page.ts'
import { previousRoutes } from './previous.ts'
import { profileRoutes } from './profile.ts'
import { requestRoutes } from './requests.ts'
import { sourceRoutes } from './source.ts'
import { statusRoutes } from './status.ts'
import { unknownRoutes } from './unknown.ts'

/**
 * Registers the dashboard and its API in a scope of its own: call it inside `app.register(scope => …, { prefix })`.
 *
 * Page, redirect of the bare prefix, API, files and 404s below the prefix are all behind the same guard.
 */
export function registerApi(
  scope: FastifyInstance,
  backend: Backend,
  settings: Settings,
  pageRoot?: string,
): void {
  markOwn(scope)
  scope.addHook('onRoute', keepApart)
  followDecorations(scope)
  scope.addHook('onRequest', guard(settings))
  scope.addHook('onSend', secureAnswer)
  scope.setErrorHandler((error, _request, reply) => sendFailure(reply, error))
  parseBodies(scope)
  unknownRoutes(scope)

  const fresh = freshener(backend)
  const readers = new EventReaders(backend, scope.log)
  scope.addHook('preClose', async () => readers.close())
  pageRoutes(scope, pageRoot)
  statusRoutes(scope, backend, fresh, readers)
  requestRoutes(scope, backend, fresh, readers)
  profileRoutes(scope, backend, fresh)
  diffRoutes(scope, backend, fresh)
  baselineRoutes(scope, backend, readers)
  previousRoutes(scope, backend, fresh)
  sourceRoutes(scope, backend, fresh, settings.editor)
  eventRoutes(scope, readers)
}

/** Sets what applies to every route of the scope, including those of `@fastify/static`. */
function keepApart(route: RouteOptions): void {
  route.logLevel = 'warn'
  route.bodyLimit = 4096
  // Set on the route, so that it runs after every hook of the application, even of plugins registered later.
  route.onSend = [route.onSend ?? [], secureAnswer].flat()
}

async function secureAnswer(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  secure(reply)
}
