import { ownersOf } from '../../plugin/model/owners.ts'
import type { Column, Frame, Profile } from '../../plugin/model/profile.ts'
import { sum } from '../../plugin/model/sum.ts'
import { fold, hasOwnCode } from './fold.ts'
import type { Location } from './location.ts'
import { originKey } from './names.ts'
import { type Origin, origins } from './origins.ts'
import { codeOf, codesIn } from './path.ts'
import { prune } from './prune.ts'

/** What is shown of a profile. */
export interface Sight {
  readonly profile: Profile<Column>
  /** By node, what is folded into it; see `fold`. Undefined where nothing is. */
  readonly folds: Uint8Array | undefined
  /** By node of the whole profile, that in which its time stands, -1 when it is left out; undefined when none moved. */
  readonly became: Int32Array | undefined
  /** Whether there is code of your own that libraries could be folded into. */
  readonly canFold: boolean
  /** Of the whole profile. */
  readonly origins: readonly Origin[]
  /** The only one whose time is shown. */
  readonly only: Origin | undefined
}

export function sightOf(
  whole: Profile<Column>,
  { all, only, unfold }: Pick<Location, 'all' | 'only' | 'unfold'>,
): Sight {
  const found = origins(whole)
  const chosen = found.find(({ key }) => key === only)
  const isChosen = (frame: Frame) => chosen !== undefined && originKey(frame) === chosen.key
  const part = chosen === undefined ? { profile: whole, became: undefined } : timeIn(whole, isChosen)
  const canFold = hasOwnCode(whole)
  const rest = { canFold, origins: found, only: chosen }
  if (all || !canFold) return { ...part, folds: undefined, ...rest }
  const codes = codesIn(unfold)
  const opens = (frame: Frame) => codes.has(codeOf(frame))
  const { profile, folds, became } = fold(part.profile, { keeps: isChosen, opens })
  return {
    profile,
    folds,
    became: part.became?.map((node) => (node < 0 ? node : became[node])) ?? became,
    ...rest,
  }
}

/**
 * The profile as if nothing but what counts for these functions had taken time: what called that is left, without time
 * of its own. Lines are left out.
 */
function timeIn(
  profile: Profile<Column>,
  isIn: (frame: Frame) => boolean,
): { profile: Profile; became: Int32Array } {
  const isInFrame = Uint8Array.from(profile.frames, (frame) => (isIn(frame) ? 1 : 0))
  const chosen = ownersOf(profile).map((frame) => isInFrame[frame])
  const of = (column: Column) => Array.from(chosen, (is, node) => is * column[node])
  const { tree, now } = prune({
    ...profile.tree,
    selfUs: of(profile.tree.selfUs),
    samples: of(profile.tree.samples),
  })
  const part = {
    ...profile,
    samples: sum(tree.samples),
    ownUs: sum(tree.selfUs),
    tree,
    lines: { node: [], line: [], samples: [], selfUs: [] },
  }
  return { profile: part, became: now.map((at, node) => (chosen[node] === 1 ? at : -1)) }
}
