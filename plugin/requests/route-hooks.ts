import type { FastifyInstance, RouteOptions } from 'fastify'
import type { PhaseHook, PhaseName } from '../model/wire/phases.ts'
import { symbolOf } from '../symbol-of.ts'

/** Hooks of the profiler itself. */
const ours = new WeakSet<object>()

/** Marks a hook as the profiler's own: no phase happens because of it. */
export function ownHook<T extends object>(hook: T): T {
  ours.add(hook)
  return hook
}

/** Phases that are hooks, in the order in which they run. */
const named = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'onError',
  'preSerialization',
  'onSend',
] as const satisfies readonly PhaseName[]
type NamedPhase = (typeof named)[number]

/** The hooks that are set on a route itself, by phase. */
export type RouteHooks = Readonly<Partial<Record<PhaseName, readonly unknown[]>>>

/** Returns the hooks of a route; call it before the profiler's are among them. */
export function hooksOfRoute(route: RouteOptions): RouteHooks {
  return Object.fromEntries(named.map((phase) => [phase, [route[phase] ?? []].flat()]))
}

/** Hooks of the application on an instance, its parents' included; `undefined` when that is unknown. */
export function foreignHooks(instance: FastifyInstance, phase: PhaseName): readonly object[] | undefined {
  const hooks = hooksOf(instance)?.[phase]
  return Array.isArray(hooks) ? hooks.filter((hook) => !ours.has(hook)) : undefined
}

/** All hooks that run for a route since its request began, which is in ours, in their order. */
export function describeHooks(instance: FastifyInstance, ofRoute: RouteHooks): PhaseHook[] {
  const plugin = pluginOf(instance)
  const before = hooksBeforeOurs(instance)
  return named.flatMap((phase) => [
    ...(foreignHooks(instance, phase) ?? []).slice(phase === 'onRequest' ? before : 0).map((hook) => ({
      phase,
      name: nameOf(hook),
      plugin: pluginOf(ownerOf(instance, phase, hook)),
    })),
    ...(ofRoute[phase] ?? []).map((hook) => ({ phase, name: nameOf(hook), plugin })),
  ])
}

/** Number of `onRequest` hooks of the application that run before a request begins; 0 when that is unknown. */
function hooksBeforeOurs(instance: FastifyInstance): number {
  return Math.max(0, hooksOf(instance)?.onRequest?.findIndex((hook) => ours.has(hook)) ?? 0)
}

/** The outermost instance that has a hook: instances below inherit it from there. */
function ownerOf(instance: FastifyInstance, phase: NamedPhase, hook: object): FastifyInstance {
  let owner = instance
  for (let at = parentOf(instance); at !== undefined; at = parentOf(at)) {
    if (hooksOf(at)?.[phase]?.includes(hook)) owner = at
  }
  return owner
}

function parentOf(instance: FastifyInstance): FastifyInstance | undefined {
  const parent = Object.getPrototypeOf(instance)
  return hooksOf(parent) === undefined ? undefined : parent
}

/**
 * The name of an instance's plugin, if there is just one. On an instance with several (plugins without a scope of their
 * own add to their parent's) a hook's plugin is unknown. Nameless plugins are called by path or source: no names.
 */
function pluginOf(instance: FastifyInstance): string {
  const isRoot = parentOf(instance) === undefined
  return !isRoot && /^(@[\w.-]+\/)?[\w.-]+$/.test(instance.pluginName) ? instance.pluginName : ''
}

function nameOf(hook: unknown): string {
  const { name } = hook as { name?: unknown }
  return typeof name === 'string' && name !== '' ? name : '(anonymous)'
}

let hooksKey: symbol | undefined

/** Hooks of an instance; `undefined` if a Fastify keeps them elsewhere. */
function hooksOf(instance: object | null): Record<string, object[] | undefined> | undefined {
  if (instance === null) return undefined
  hooksKey ??= symbolOf(instance, 'fastify.hooks')
  return hooksKey && (instance as never)[hooksKey]
}
