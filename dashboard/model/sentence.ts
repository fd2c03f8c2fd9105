import { isRouteHere, NO_REQUEST } from '../../plugin/model/labels.ts'
import type { RequestDetail } from '../../plugin/model/wire.ts'
import { durationText, percentText } from './format.ts'
import { type Split, type SplitKind, splitMs, splitParts } from './split.ts'
import { longestWait, waitName } from './waits.ts'

/** A piece of a sentence; `route` makes it a link, `strong` is what matters. */
export interface Piece {
  readonly text: string
  readonly route?: string
  readonly strong?: true
}

type Asked = Split & Pick<RequestDetail, 'route' | 'wallMs' | 'blockedBy' | 'waits' | 'slices'>

/** A shorter time is not worth explaining. */
const TINY_MS = 1
/** A smaller part does not explain why it took so long. */
const LEAST_PERCENT = 20
/** A culprit with this share of the blocking, or a wait with this share of the waiting, is named alone. */
const ALONE = 0.8
const LONGEST_TARGET = 80
/** A wait with a smaller share of the waiting does not explain it. */
const LEAST_NAMED = 0.2

/** Explains why a request took so long. */
export function requestSentence(request: Asked): Piece[] {
  const took = {
    text: `This request took ${request.wallMs < TINY_MS ? 'only ' : ''}${durationText(request.wallMs)}`,
  }
  return [took, ...answer(request, request.wallMs, (kind) => requestReason(kind, request)), { text: '.' }]
}

/** Explains where the mean time of a route's requests goes. */
export function routeSentence(split: Split): Piece[] {
  const wallMs = splitMs(split)
  const took = { text: `A request takes ${durationText(wallMs)} on average` }
  const reasons: Record<SplitKind, readonly Piece[]> = {
    ...plainReasons,
    blocked: [{ text: 'waiting while others held the event loop' }],
  }
  return [took, ...answer(split, wallMs, (kind) => reasons[kind]), { text: '.' }]
}

/**
 * Names the largest part, and all others worth naming, largest first, with the percentages of the sum below. A part that
 * is not everything never reads as 100 %.
 */
function answer(split: Split, wallMs: number, reason: (kind: SplitKind) => readonly Piece[]): Piece[] {
  if (wallMs < TINY_MS) return []
  const parts = splitParts(split).sort((a, b) => b.percent - a.percent)
  const told = parts.filter(({ percent }, i) => i === 0 || percent >= LEAST_PERCENT)
  return told.flatMap(({ kind, percent }, i): Piece[] => [
    { text: i === 0 ? ': ' : i === told.length - 1 ? ' and ' : ', ' },
    { text: percent === 100 ? percentText(split[`${kind}Ms`] / wallMs) : `${percent} %`, strong: true },
    { text: i === 0 ? ' of it ' : ' ' },
    ...reason(kind),
  ])
}

const plainReasons: Record<Exclude<SplitKind, 'blocked'>, readonly Piece[]> = {
  own: [{ text: 'running its own code' }],
  gc: [{ text: 'garbage collection' }],
  waiting: [{ text: 'waiting for I/O, timers or other processes' }],
}

function requestReason(kind: SplitKind, request: Asked): readonly Piece[] {
  if (kind === 'blocked')
    return [{ text: 'waiting while ' }, ...culprits(request), { text: ' held the event loop' }]
  if (kind !== 'waiting') return plainReasons[kind]
  const wait = longestWait(request.waits, request.slices)
  if (wait === undefined || wait.ms < LEAST_NAMED * request.waitingMs)
    return [{ text: 'waiting for something that Node does not name' }]
  const alone = wait.ms >= ALONE * request.waitingMs
  return [
    { text: alone ? 'waiting for ' : 'waiting, longest for ' },
    { text: shortened(waitName(wait)), strong: true },
    ...(alone ? [] : [{ text: ` (${durationText(wait.ms)})` }]),
  ]
}

/** Who held the loop: the worst, and how many others if it was not the worst alone. */
function culprits({ blockedBy, blockedMs, route }: Asked): Piece[] {
  const [worst] = blockedBy
  if (worst === undefined) return [{ text: 'others' }]
  const name: Piece =
    worst.route === NO_REQUEST
      ? { text: 'work outside of any request', strong: true }
      : worst.route === route
        ? { text: 'other requests of the same route', strong: true }
        : { text: worst.route, route: isRouteHere(worst.route) ? worst.route : undefined, strong: true }
  const others = blockedBy.length - 1
  if (others === 0 || worst.ms >= ALONE * blockedMs) return [name]
  return [name, { text: ` (${durationText(worst.ms)}) and ${others === 1 ? 'another' : `${others} others`}` }]
}

function shortened(text: string): string {
  return text.length > LONGEST_TARGET ? `${text.slice(0, LONGEST_TARGET - 1)}…` : text
}
