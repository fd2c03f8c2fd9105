import { ownersOf } from '../../plugin/model/owners.ts'
import type { Column, Frame, Profile } from '../../plugin/model/profile.ts'
import { sum } from '../../plugin/model/sum.ts'
import { fold, hasOwnCode } from './fold.ts'
import type { Location } from './location.ts'
import { originKey } from './names.ts'
import { type Origin, origins } from './origins.ts'
import { codeOf, codesIn } from './path.ts'
import { prune } from './prune.ts'

/** The part of a profile that is shown. */
export interface Sight {
  readonly profile: Profile<Column>
  /** By node, what is folded into it; see `fold`. Undefined if nothing is folded. */
  readonly folds: Uint8Array | undefined
  /** By node of the whole profile, the node that its time is in, -1 if it is left out; undefined if none moved. */
  readonly became: Int32Array | undefined
  /** Whether there is code of your own that libraries could be folded into. */
  readonly canFold: boolean
  /** All origins of the whole profile. */
  readonly origins: readonly Origin[]
  /** The only origin whose time is shown; undefined for all. */
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
 * The profile as if only time that counts for these functions had been spent: their callers stay, without time of their
 * own. Lines are left out.
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
