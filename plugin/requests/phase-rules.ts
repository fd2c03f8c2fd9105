import type { FastifyInstance, RouteOptions } from 'fastify'
import type { PhaseHook } from '../model/wire/phases.ts'
import { type PhaseRules, unmarkedRules } from './phases.ts'
import { describeHooks, foreignHooks, hooksOfRoute, type RouteHooks } from './route-hooks.ts'

/** Phases that are hooks, and may be marked although nothing runs in them. */
export const hookPhases = ['preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend'] as const
export type HookPhase = (typeof hookPhases)[number]

/** What is known about the routes, and so what the marks of their requests can tell. */
export interface PhaseBook {
  /** Whether hooks of this phase were there before the profiler: a mark would come after them. */
  isLate(phase: HookPhase): boolean
  /** Notes a route that gets all marks; call it before they are added. `labels` are those of its requests. */
  note(instance: FastifyInstance, route: RouteOptions, labels: readonly string[]): void
  /** To be called when all hooks are registered. */
  close(): void
  rules(label: string): PhaseRules
  /** Hooks of the application on a route; empty for a route that was not noted. */
  hooks(label: string): readonly PhaseHook[]
}

interface Noted {
  readonly labels: readonly string[]
  readonly instance: FastifyInstance
  readonly ofRoute: RouteHooks
}

export function createPhaseBook(app: FastifyInstance): PhaseBook {
  const late = new Set(hookPhases.filter((phase) => foreignHooks(app, phase)?.length !== 0))
  const unmarked = { ...unmarkedRules, untold: new Set([...unmarkedRules.untold, ...late]) }
  const rulesOf = new Map<string, PhaseRules>()
  const hooksOf = new Map<string, readonly PhaseHook[]>()
  let noted: Noted[] = []

  function learn({ labels, instance, ofRoute }: Noted): void {
    const isEmpty = (phase: HookPhase) =>
      ofRoute[phase]?.length === 0 && foreignHooks(instance, phase)?.length === 0
    const hooks = describeHooks(instance, ofRoute)
    for (const label of labels) {
      const others = rulesOf.get(label)?.empty
      const empty = hookPhases.filter((phase) => isEmpty(phase) && (others?.has(phase) ?? true))
      hooksOf.set(label, hooks)
      rulesOf.set(label, { untold: late, empty: new Set(empty) })
    }
  }

  return {
    isLate: (phase) => late.has(phase),
    note(instance, route, labels) {
      noted.push({ labels, instance, ofRoute: hooksOfRoute(route) })
    },
    close() {
      for (const one of noted) learn(one)
      noted = []
    },
    rules: (label) => rulesOf.get(label) ?? unmarked,
    hooks: (label) => hooksOf.get(label) ?? [],
  }
}
