import type { Verdict } from '../../plugin/model/change.ts'
import type { ProfileDiff } from '../../plugin/model/diff.ts'
import { nameOf } from '../../plugin/model/names.ts'
import type { Frame, Profile } from '../../plugin/model/profile.ts'
import { sum } from '../../plugin/model/sum.ts'
import { emptyProfile, sumUp } from '../../plugin/model/tree.ts'
import { FASTER, SLOWER, UNCHANGED } from './colours.ts'
import { fold, hasOwnCode } from './fold.ts'
import { durationText } from './format.ts'
import { signs, verdictNames } from './verdict.ts'

/** What a place in the stack, with everything it called, took per request. */
export interface NodeChange {
  readonly baseMs: number
  readonly headMs: number
  readonly verdict: Verdict
}

/** What changed at each node of a picture. */
export interface NodeChanges {
  /** Class in the palette, by node. */
  readonly classes: Uint8Array
  /** Names of the functions, by node, with a sign that repeats the colour's meaning. */
  readonly labels: readonly string[]
  readonly of: (node: number) => NodeChange
}

export interface DiffPicture {
  /** Head's call tree, per request. Each node has a frame of its own, since places are coloured, not functions. */
  readonly profile: Profile
  readonly changes: NodeChanges
}

/** Shares of a request's CPU from which a change has a shade: smaller ones have no colour, larger ones a stronger one. */
const SHADES_FROM = [0.005, 0.03, 0.1]

/**
 * A comparison as a picture: widths are head's, and a place has a colour if its function's change stands out from the
 * noise and the place changed the same way.
 */
export function diffPicture(diff: ProfileDiff, all: boolean): DiffPicture {
  const { frames, tree, own } = diff
  const whole = profileOf(diff, frames, tree.parent, tree.frame, sums(tree.baseMs, tree.headMs))
  const folded = all || !hasOwnCode(whole) ? undefined : fold(whole)
  const shown = folded?.profile.tree ?? whole.tree
  const size = shown.parent.length
  const selfMs = { base: new Array<number>(size).fill(0), head: new Array<number>(size).fill(0) }
  for (let node = 0; node < tree.parent.length; node++) {
    const at = folded === undefined ? node : folded.became[node]
    if (at < 0) continue
    selfMs.base[at] += tree.baseMs[node]
    selfMs.head[at] += tree.headMs[node]
  }
  const baseMs = sumUp(shown.parent, selfMs.base)
  const headMs = sumUp(shown.parent, selfMs.head)
  const verdicts = new Map(diff.functions.map(({ frame, total }) => [frame, total.verdict]))
  const of = (node: number): NodeChange => ({
    baseMs: baseMs[node],
    headMs: headMs[node],
    verdict: verdictAt(
      node === 0 ? own.verdict : verdicts.get(shown.frame[node]),
      headMs[node] - baseMs[node],
    ),
  })
  const wholeMs = Math.max(own.baseMs, own.headMs)
  const classes = Uint8Array.from(shown.parent, (_, node) => classOf(of(node), wholeMs))
  const framesOf = shown.frame.map((frame) => frames[frame])
  const labels = framesOf.map((frame, node) => `${signs[signOf(classes[node])]}${nameOf(frame)}`)
  const nodes = [...shown.parent.keys()]
  return {
    profile: profileOf(diff, framesOf, shown.parent, nodes, selfMs.head),
    changes: { classes, labels, of },
  }
}

/** `4.10 ms, was 8.25 ms: 4.15 ms faster`, of one request. */
export function changeText({ baseMs, headMs, verdict }: NodeChange): string {
  const now = `${durationText(headMs)}, was ${durationText(baseMs)}`
  if (verdict === 'few') return `${now}: ${verdictNames.few}`
  if (verdict === 'unclear') return `${now}: no certain change`
  return `${now}: ${durationText(Math.abs(headMs - baseMs))} ${verdict}`
}

/** The function's verdict, or `unclear` for a place that changed the other way. */
function verdictAt(verdict: Verdict | undefined, differenceMs: number): Verdict {
  if (verdict === undefined) return 'few'
  if (verdict === 'slower' && differenceMs <= 0) return 'unclear'
  if (verdict === 'faster' && differenceMs >= 0) return 'unclear'
  return verdict
}

function classOf({ baseMs, headMs, verdict }: NodeChange, wholeMs: number): number {
  const share = Math.abs(headMs - baseMs) / wholeMs
  const shade = SHADES_FROM.findLastIndex((from) => share >= from)
  if (shade < 0 || verdict === 'few' || verdict === 'unclear') return UNCHANGED
  return (verdict === 'slower' ? SLOWER : FASTER) + shade
}

function signOf(colour: number): Verdict {
  if (colour === UNCHANGED) return 'unclear'
  return colour >= FASTER ? 'faster' : 'slower'
}

function profileOf(
  { head }: ProfileDiff,
  frames: readonly Frame[],
  parent: readonly number[],
  frame: readonly number[],
  ms: readonly number[],
): Profile {
  const selfUs = ms.map((one) => one * 1000)
  return {
    ...emptyProfile(head.title),
    requests: head.requests,
    ownUs: sum(selfUs),
    frames,
    tree: { parent, frame, selfUs, samples: parent.map(() => 0) },
  }
}

function sums(a: readonly number[], b: readonly number[]): number[] {
  return a.map((one, i) => one + b[i])
}
