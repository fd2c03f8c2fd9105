import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { symbolOf } from '../symbol-of.ts'

/**
 * Gives requests and replies of a scope the values that the application has decorated its own with since the scope was
 * made. Hooks that are added later reach the scope, but these values do not, and a hook that compares with one would
 * fail.
 */
export function followDecorations(scope: FastifyInstance): void {
  let ofRequests: readonly Decoration[] = []
  let ofReplies: readonly Decoration[] = []
  scope.addHook('onReady', async () => {
    ofRequests = laterOf(scope, 'fastify.Request')
    ofReplies = laterOf(scope, 'fastify.Reply')
  })
  scope.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    addMissing(request, ofRequests)
    addMissing(reply, ofReplies)
  })
}

/** An earlier hook of the application may have set a value already. */
function addMissing(target: object, values: readonly Decoration[]): void {
  for (const { key, value } of values) if (!Object.hasOwn(target, key)) Reflect.set(target, key, value)
}

interface Decoration {
  readonly key: PropertyKey
  readonly value: unknown
}

function laterOf(scope: FastifyInstance, name: string): Decoration[] {
  const known = new Set(decorations(scope, name).map(({ key }) => key))
  return decorations(Object.getPrototypeOf(scope), name).filter(({ key }) => !known.has(key))
}

/** Values on the requests or replies of an instance; empty if a Fastify keeps them elsewhere. */
function decorations(instance: object, name: string): readonly Decoration[] {
  const key = symbolOf(instance, name)
  const props = key && (instance as Record<symbol, { props?: unknown }>)[key].props
  return Array.isArray(props) ? props : []
}
