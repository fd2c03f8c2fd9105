import type { FastifyInstance, RouteOptions } from 'fastify'
import { NOT_FOUND, type PhaseName } from './model/wire.ts'
import { type PhaseRules, unmarkedRules } from './phases.ts'

/** Phases that are hooks, and may be marked where nothing runs in them. */
export const hookPhases = ['preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend'] as const
export type HookPhase = (typeof hookPhases)[number]

/** What is known of the routes, and hence what the marks of their requests can tell. */
export interface PhaseBook {
  /** Hooks of this phase were there before the profiler: a mark would stand after them. */
  isLate(phase: HookPhase): boolean
  /** A route that gets all marks; call it before they are added. `label` is that of its requests. */
  note(instance: FastifyInstance, route: RouteOptions, label: readonly string[]): void
  /** To be called when all hooks are there. */
  close(): void
  rules(label: string): PhaseRules
}

interface Noted {
  readonly labels: readonly string[]
  readonly instance: FastifyInstance
  readonly ofRoute: ReadonlySet<HookPhase>
}

/** Hooks of the profiler itself. */
const ours = new WeakSet<object>()

/** Marks a hook as the profiler's own: no phase happens because of it. */
export function ownHook<T extends object>(hook: T): T {
  ours.add(hook)
  return hook
}

export function createPhaseBook(app: FastifyInstance): PhaseBook {
  const late = new Set(hookPhases.filter((phase) => foreignHooks(app, phase) !== 'none'))
  const unmarked = { ...unmarkedRules, untold: new Set([...unmarkedRules.untold, ...late]) }
  const rulesOf = new Map<string, PhaseRules>()
  let noted: Noted[] = []

  function learn({ labels, instance, ofRoute }: Noted): void {
    const isEmpty = (phase: HookPhase) => !ofRoute.has(phase) && foreignHooks(instance, phase) === 'none'
    for (const label of labels) {
      const others = rulesOf.get(label)?.empty
      const empty = hookPhases.filter((phase) => isEmpty(phase) && (others?.has(phase) ?? true))
      rulesOf.set(label, { untold: late, empty: new Set(empty) })
    }
  }

  return {
    isLate: (phase) => late.has(phase),
    note(instance, route, labels) {
      noted.push({ labels, instance, ofRoute: new Set(hookPhases.filter((phase) => hasHook(route, phase))) })
    },
    close() {
      for (const one of noted) learn(one)
      noted = []
    },
    rules: (label) => (label === NOT_FOUND ? unmarked : (rulesOf.get(label) ?? unmarked)),
  }
}

function hasHook(route: RouteOptions, phase: HookPhase): boolean {
  const hooks = route[phase]
  return Array.isArray(hooks) ? hooks.length > 0 : hooks !== undefined
}

/**
 * Whether an instance has hooks of a phase that are not the profiler's. Fastify keeps them under a symbol that it does
 * not export; they are only looked at. A Fastify that keeps them elsewhere leaves it unknown.
 */
function foreignHooks(instance: FastifyInstance, phase: PhaseName): 'none' | 'some' | 'unknown' {
  const hooks = hooksOf(instance)?.[phase]
  if (!Array.isArray(hooks)) return 'unknown'
  return hooks.every((hook) => ours.has(hook)) ? 'none' : 'some'
}

let hooksKey: symbol | undefined

function hooksOf(instance: FastifyInstance): Record<string, unknown> | undefined {
  for (
    let at: object | null = instance;
    at !== null && hooksKey === undefined;
    at = Object.getPrototypeOf(at)
  ) {
    hooksKey = Object.getOwnPropertySymbols(at).find(({ description }) => description === 'fastify.hooks')
  }
  return hooksKey === undefined ? undefined : (instance as never)[hooksKey]
}
