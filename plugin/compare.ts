import type { Baselines } from './baselines/index.ts'
import { badParameter, conflict } from './errors.ts'
import { type Comparable, diffSteps, type ProfileDiff } from './model/diff.ts'
import type { BaselineSelection, DiffSelection, Selection } from './model/wire.ts'
import type { Recorder } from './recorder.ts'
import { atOnce, inSlices } from './slices.ts'
import type { Profiler } from './types.ts'

export interface Compare extends Pick<Profiler, 'diff' | 'saveBaseline' | 'baselines' | 'deleteBaseline'> {
  /** The same as `diff`, without holding the event loop for long. */
  diffInSlices(base: DiffSelection, head: DiffSelection): Promise<ProfileDiff>
}

/** Compares what `recorder` keeps and what is kept in `baselines`. */
export function createCompare(recorder: Recorder, baselines: Baselines): Compare {
  return {
    diff(base, head) {
      const sides = [base, head].map((side, i, both) =>
        isBaseline(side)
          ? baselines.readNow(side.baseline, side.route, both[1 - i]?.route)
          : atOnce(recorder.measure(sideOf(side))),
      )
      return atOnce(diffSteps(sides[0], sides[1]))
    },
    async diffInSlices(base, head) {
      const read = async (side: DiffSelection, other: DiffSelection): Promise<Comparable> =>
        isBaseline(side)
          ? baselines.read(side.baseline, side.route, other.route)
          : inSlices(recorder.measure(sideOf(side)))
      const before = await read(base, head)
      return inSlices(diffSteps(before, await read(head, base)))
    },
    async saveBaseline(name, selection = {}) {
      return baselines.save(name, async () => {
        await recorder.flush()
        const routes =
          selection.route === undefined ? recorder.routes().map(({ route }) => route) : [selection.route]
        const all = []
        for (const route of routes) {
          const measured = await inSlices(recorder.measure({ ...selection, route }))
          if (measured.profile.requests > 0) all.push({ route, measured })
        }
        if (all.length > 0) return all
        throw conflict('FST_PROFILER_NOTHING_TO_SAVE', 'none of these requests is kept; send some, then save')
      })
    },
    baselines: () => baselines.list(),
    deleteBaseline: (name) => baselines.remove(name),
  }
}

function isBaseline(side: DiffSelection | undefined): side is BaselineSelection {
  return typeof side === 'object' && side !== null && 'baseline' in side
}

/** Phases and parts would be in the way: the same function would stand in another place. */
function sideOf(side: Selection | undefined): Selection {
  if (typeof side !== 'object' || side === null)
    throw badParameter('selection', side, 'a selection, or a baseline')
  return side
}
