import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
// Imported first, to take the real ones: tests of the application may fake clocks and timers before it is registered.
import './clock.ts'
import { ProfilerError } from './errors.ts'
import { isEnabled } from './options/enabled.ts'
import { checkOptions, type ProfilerOptions } from './options/index.ts'
import { createOffProfiler } from './profiler-off.ts'
import { areFaked } from './timers.ts'
import type { Profiler } from './types.ts'

export type { StatsSort } from './formats/stats.ts'
export type { RequestBounds } from './model/bounds.ts'
export type { Change, Verdict } from './model/change.ts'
export type {
  BaselineOrigin,
  DiffSide,
  DiffTree,
  FunctionChange,
  Latency,
  ProfileDiff,
} from './model/diff.ts'
export type { FileCosts, FunctionCost, LineCost } from './model/file-costs.ts'
export type { HotSort } from './model/hot.ts'
export type {
  Across,
  CallCounts,
  CallTree,
  Chart,
  Column,
  Frame,
  FrameKind,
  LineTicks,
  Profile,
  Spans,
} from './model/profile.ts'
export type { BaselineRoute, BaselineSummary } from './model/wire/baselines.ts'
export type { PhaseHook, PhaseName, PhasesAnswer, RequestPhase, RoutePhase } from './model/wire/phases.ts'
export type {
  Outcome,
  RequestDetail,
  RequestFilter,
  RequestSort,
  RequestSummary,
  Slice,
} from './model/wire/requests.ts'
export type { Culprit, RouteSummary } from './model/wire/routes.ts'
export type { BaselineSelection, DiffSelection, ExportFormat, Selection } from './model/wire/selection.ts'
export type { Source } from './model/wire/source.ts'
export type { SamplerName, Status } from './model/wire/status.ts'
export type { Wait } from './model/wire/waits.ts'
export type { EditorName, EditorOption } from './options/editor.ts'
export type { EnabledOption } from './options/enabled.ts'
export type { IgnoreOption, IgnoreRule } from './options/ignore.ts'
export type { ProfilerOptions } from './options/index.ts'
export type { Collected, PrintStatsOptions, Profiler, RouteSelection } from './types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What was recorded, and recording by hand. Where the profiler is off, it answers empty. */
    profiler: Profiler
  }
}

async function plugin(app: FastifyInstance, options: ProfilerOptions): Promise<void> {
  checkUnregistered(app)
  const settings = checkOptions(options)
  const { enabled, reason } = isEnabled(options, process.env)
  // With faked ones nothing of it would go on until the test moves the clock, and the application would not close.
  const isFake = enabled && areFaked()
  if (isFake)
    app.log.warn('fastify-profiler is off, because timers were faked before it was loaded: import it first')
  if (!enabled || isFake) {
    app.decorate('profiler', createOffProfiler())
    return
  }
  // Loaded only here: an environment where the profiler is off pays for nothing.
  const { install } = await import('./install.ts')
  install(app, settings, reason)
}

/** Instances the profiler is registered on, per server. */
const registered = new WeakMap<object, FastifyInstance[]>()

/**
 * Refuses a second registration above or below: both would record the lower instance's requests, one of them wrongly.
 * Refuses a decorator of others too, before anything is started.
 */
function checkUnregistered(app: FastifyInstance): void {
  const others = registered.get(app.server) ?? []
  if (others.some((other) => other === app || isBelow(app, other) || isBelow(other, app))) {
    throw new ProfilerError(
      'FST_PROFILER_ALREADY_REGISTERED',
      'fastify-profiler is registered on this instance, or above or below it, already; register it once, where all routes are below it',
    )
  }
  if (app.hasDecorator('profiler')) {
    throw new ProfilerError(
      'FST_PROFILER_NAME_TAKEN',
      'something else has decorated this instance with "profiler" already: another plugin, the application, or another copy of fastify-profiler',
    )
  }
  registered.set(app.server, [...others, app])
}

/** Instances inherit from the one above them. */
function isBelow(app: FastifyInstance, other: FastifyInstance): boolean {
  return Object.prototype.isPrototypeOf.call(other, app)
}

/**
 * Records CPU profiles per route and serves them at `/__profile`.
 *
 * It records the requests of the instance it is registered on and of all below it. When it is off, it leaves nothing
 * behind but an `app.profiler` that answers empty.
 */
export const profiler = fp(plugin, { name: 'fastify-profiler', fastify: '5.x' })
export default profiler
