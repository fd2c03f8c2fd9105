import { MOST_ROUTES } from './baselines/form.ts'
import { full } from './baselines/full.ts'
import type { Baselines } from './baselines/index.ts'
import { badParameter, conflict, ofPart } from './errors.ts'
import { boundNames } from './model/bounds.ts'
import { type Comparable, diffSteps, type ProfileDiff } from './model/diff.ts'
import { isFields } from './model/fields.ts'
import { PREVIOUS } from './model/labels.ts'
import { atOnce } from './model/steps.ts'
import type { SincePrevious } from './model/wire/baselines.ts'
import type { BaselineSelection, DiffSelection } from './model/wire/selection.ts'
import type { Recorder } from './recorder.ts'
import type { Runs } from './runs/index.ts'
import { stepwise } from './steps.ts'
import { checkSelection, onlyFields } from './store/selection.ts'
import type { Profiler, RouteSelection } from './types.ts'

export interface Compare extends Pick<Profiler, 'diff' | 'saveBaseline' | 'baselines' | 'deleteBaseline'> {
  /** Like `diff`, without holding the event loop for long. */
  diffStepwise(base: DiffSelection, head: DiffSelection): Promise<ProfileDiff>
  /** Whether runs are kept to compare later ones with. */
  readonly keepsRuns: boolean
  /** Routes that were requested both since the start and in an earlier run, or one of them. */
  sincePrevious(route?: string): Promise<SincePrevious[]>
}

/** Compares what `recorder` keeps, what is saved in `baselines`, and what earlier runs left. */
export function createCompare(recorder: Recorder, baselines: Baselines, runs: Runs): Compare {
  function readNow(side: DiffSelection, other: DiffSelection): Comparable {
    if (!isBaseline(side)) return atOnce(recorder.measure(side))
    if (side.baseline === PREVIOUS) return runs.readNow(side.route ?? other?.route)
    return baselines.readNow(side.baseline, side.route, other?.route)
  }

  async function read(side: DiffSelection, other: DiffSelection): Promise<Comparable> {
    if (!isBaseline(side)) return stepwise(recorder.measure(side))
    if (side.baseline === PREVIOUS) return runs.read(side.route ?? other.route)
    return baselines.read(side.baseline, side.route, other.route)
  }

  return {
    diff(base, head) {
      const before = ofPart('base', () => readNow(base, head))
      return atOnce(
        diffSteps(
          before,
          ofPart('head', () => readNow(head, base)),
        ),
      )
    },
    async diffStepwise(base, head) {
      const before = await ofPart('base', () => read(base, head))
      return stepwise(diffSteps(before, await ofPart('head', () => read(head, base))))
    },
    async saveBaseline(name, selection = {}) {
      const { route, ...bounds } = savedOf(selection)
      return baselines.save(name, async function* () {
        await recorder.flush()
        const routes = route === undefined ? recorder.routes().map((one) => one.route) : [route]
        if (routes.length > MOST_ROUTES)
          throw full(
            `there are ${routes.length} routes, and a baseline has ${MOST_ROUTES} at most`,
            'save one',
          )
        let saved = 0
        for (const one of routes) {
          const measured = await stepwise(recorder.measure({ ...bounds, route: one }))
          if (measured.profile.requests === 0) continue
          saved++
          yield { route: one, measured }
        }
        if (saved === 0)
          throw conflict(
            'FST_PROFILER_NOTHING_TO_SAVE',
            'none of these requests is kept; send some, then save',
          )
      })
    },
    async baselines() {
      const previous = await runs.summary()
      const saved = await baselines.list()
      return previous === undefined ? saved : [previous, ...saved]
    },
    deleteBaseline: (name) => (name === PREVIOUS ? runs.remove() : baselines.remove(name)),
    keepsRuns: runs.kept,
    sincePrevious: (route) => runs.since(route),
  }
}

/** Whether a side is a baseline. Throws if it selects more than a route: a baseline cannot be narrowed further. */
function isBaseline(side: DiffSelection): side is BaselineSelection {
  if (!isFields(side))
    throw badParameter('selection', side, '{ baseline: "NAME" }, or a selection such as { route: "GET /" }')
  if (!('baseline' in side)) return false
  onlyFields(side, ['baseline', 'route'])
  return true
}

/** Refuses other fields, such as single requests: all routes would be saved instead. */
function savedOf(selection: RouteSelection): RouteSelection {
  onlyFields(selection, ['route', ...boundNames])
  return checkSelection(selection)
}
