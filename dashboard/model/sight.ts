import type { Frame, Profile } from '../../plugin/model/profile.ts'
import { fold, hasOwnCode } from './fold.ts'
import type { Location } from './location.ts'
import { originKey } from './names.ts'
import { type Origin, origins } from './origins.ts'
import { codeOf, codesIn } from './path.ts'
import { prune } from './prune.ts'

/** What is shown of a profile. */
export interface Sight {
  readonly profile: Profile
  /** By node, what is folded into it; see `fold`. Undefined where nothing is. */
  readonly folds: Uint8Array | undefined
  /** Whether there is code of your own that libraries could be folded into. */
  readonly canFold: boolean
  /** Of the whole profile. */
  readonly origins: readonly Origin[]
  /** The only one whose time is shown. */
  readonly only: Origin | undefined
}

export function sightOf(
  whole: Profile,
  { all, only, unfold }: Pick<Location, 'all' | 'only' | 'unfold'>,
): Sight {
  const found = origins(whole)
  const chosen = found.find(({ key }) => key === only)
  const isChosen = (frame: Frame) => chosen !== undefined && originKey(frame) === chosen.key
  const part = chosen === undefined ? whole : timeIn(whole, isChosen)
  const canFold = hasOwnCode(whole)
  const rest = { canFold, origins: found, only: chosen }
  if (all || !canFold) return { profile: part, folds: undefined, ...rest }
  const codes = codesIn(unfold)
  const opens = (frame: Frame) => codes.has(codeOf(frame))
  return { ...fold(part, { keeps: isChosen, opens }), ...rest }
}

/**
 * The profile as if no other function had taken time: those that called them are left, without time of their own. Lines
 * are left out.
 */
export function timeIn(profile: Profile, isIn: (frame: Frame) => boolean): Profile {
  const chosen = profile.frames.map(isIn)
  const of = (column: readonly number[]) =>
    column.map((n, node) => (chosen[profile.tree.frame[node]] ? n : 0))
  const { tree } = prune({
    ...profile.tree,
    selfUs: of(profile.tree.selfUs),
    samples: of(profile.tree.samples),
  })
  return {
    ...profile,
    samples: tree.samples.reduce((a, b) => a + b, 0),
    ownUs: tree.selfUs.reduce((a, b) => a + b, 0),
    tree,
    lines: { node: [], line: [], samples: [], selfUs: [] },
  }
}
