import { hasPage, NO_REQUEST } from '../../plugin/model/labels.ts'
import { sendingMs, sumWaits } from '../../plugin/model/wait-sums.ts'
import type { RequestDetail } from '../../plugin/model/wire/requests.ts'
import type { WaitingAnswer } from '../../plugin/model/wire/waits.ts'
import { durationText } from './format.ts'
import { type Split, type SplitKind, splitMs, splitParts } from './split.ts'
import { type MainWait, mainWait, waitName } from './waits.ts'

/** A piece of a sentence; `route` makes it a link, `strong` is what matters. */
export interface Piece {
  readonly text: string
  readonly route?: string
  readonly strong?: true
}

type Asked = Split &
  Pick<RequestDetail, 'route' | 'wallMs' | 'outcome' | 'blockedBy' | 'waits' | 'slices' | 'phases'>

/** A shorter time is not worth explaining. */
const TINY_MS = 1
/** A smaller part does not explain why it took so long. */
const LEAST_PERCENT = 20
/** A culprit with this share of the blocking, or a wait with this share of the waiting, is named as if it were all of it. */
const ALL = 0.995
/** With this share, it is named as most of it. */
const MOSTLY = 0.8
/** A wait with a smaller share of the waiting does not explain it. */
const LEAST_NAMED = 0.2
/** Means that differ by a smaller share of them can be told in one sentence. */
const ALIKE = 0.05

/** Explains why a request took so long. */
export function requestSentence(request: Asked): Piece[] {
  const took = {
    text: `This request took ${request.wallMs < TINY_MS ? 'only ' : ''}${durationText(request.wallMs)}`,
  }
  return [took, ...answer(request, request.wallMs, (kind) => requestReason(kind, request)), { text: '.' }]
}

/**
 * Explains where the mean time of a route's requests goes; `waiting` of those that are kept, once it is known. The slowest
 * are kept longest: their times are told only if they are means of all requests too.
 */
export function routeSentence(split: Split, waiting?: WaitingAnswer): Piece[] {
  const wallMs = splitMs(split)
  const areAlike =
    waiting !== undefined && Math.abs(waiting.wallMs / waiting.requests - wallMs) <= ALIKE * wallMs
  const took = { text: `A request takes ${durationText(wallMs)} on average` }
  return [took, ...answer(split, wallMs, (kind) => routeReason(kind, waiting, areAlike)), { text: '.' }]
}

/**
 * Names the largest part, and all others worth naming, largest first, with the percentages of the sum below. A part that
 * is not everything never reads as 100 %.
 */
function answer(split: Split, wallMs: number, reason: (kind: SplitKind) => readonly Piece[]): Piece[] {
  if (wallMs < TINY_MS) return []
  const parts = splitParts(split).sort((a, b) => b.percent - a.percent)
  const told = parts.filter(({ percent }, i) => i === 0 || percent >= LEAST_PERCENT)
  const reasons = told.map(({ kind }) => reason(kind))
  const joint = (i: number) => {
    if (i === 0) return ': '
    if (i < told.length - 1) return ', '
    return reasons[i - 1].some(({ text }) => text.includes(', ')) ? ', and ' : ' and '
  }
  return told.flatMap(({ share }, i): Piece[] => [
    { text: joint(i) },
    { text: share, strong: true },
    { text: i === 0 ? ' of it ' : ' ' },
    ...reasons[i],
  ])
}

const SAME_ROUTE = 'other requests of the same route'

const plainReasons: Record<SplitKind, readonly Piece[]> = {
  own: [{ text: 'running its own code' }],
  blocked: [{ text: 'waiting while others held the event loop' }],
  gc: [{ text: 'garbage collection' }],
  waiting: [{ text: 'waiting for I/O, timers or other processes' }],
}

function requestReason(kind: SplitKind, request: Asked): readonly Piece[] {
  if (kind === 'blocked') return heldBy(request)
  if (kind !== 'waiting') return plainReasons[kind]
  const { route, waits, slices, waitingMs } = request
  const main = mainWait(sumWaits(waits, slices, 'target'), sumWaits(waits, slices, 'kind'))
  return waitReason(main, waitingMs, route) ?? namelessReason(request, waitingMs - (main?.namedMs ?? 0))
}

/** Operations have a name once they have ended; `namelessMs` had none. */
function namelessReason(request: Asked, namelessMs: number): Piece[] {
  const { outcome, waitingMs } = request
  const sentMs = sendingMs(request.phases, request.slices)
  const isSending = sentMs >= MOSTLY * waitingMs
  const what = isSending ? 'while the response was sent' : namelessWait(outcome)
  return [{ text: `${waitingWords(isSending ? sentMs : namelessMs, waitingMs)}${what}` }]
}

function namelessWait(outcome: Asked['outcome']): string {
  if (outcome === 'aborted') return 'for something that had not ended when the client left'
  if (outcome === 'timedOut') return 'for something that had not ended when its time was up'
  return 'for something that has no name, such as an event or a job outside of requests'
}

function routeReason(
  kind: SplitKind,
  waiting: WaitingAnswer | undefined,
  areTimesTold: boolean,
): readonly Piece[] {
  if (kind === 'own' || kind === 'gc') return plainReasons[kind]
  if (waiting === undefined || waiting.requests === 0) return plainReasons[kind]
  const { route, waits, kinds, requests, waitingMs } = waiting
  if (kind === 'blocked') return heldBy(perRequest(waiting), areTimesTold)
  const main = mainWait(waits, kinds, requests)
  const named = waitReason(main, waitingMs / requests, route, areTimesTold)
  if (named !== undefined || waiting.sendingMs < MOSTLY * waitingMs) return named ?? plainReasons.waiting
  return [{ text: `${waitingWords(waiting.sendingMs, waitingMs)}while responses were sent` }]
}

/** Undefined if the wait does not explain the waiting, or less of it than what has no name. */
function waitReason(
  main: MainWait | undefined,
  waitingMs: number,
  route: string,
  isTimeTold = true,
): readonly Piece[] | undefined {
  if (main === undefined || main.ms < Math.max(waitingMs - main.namedMs, LEAST_NAMED * waitingMs)) {
    return undefined
  }
  return [
    { text: `${waitingWords(main.ms, waitingMs)}for ` },
    main.route === route
      ? { text: waitName({ kind: 'request', target: SAME_ROUTE }), strong: true }
      : { text: main.label, route: main.route, strong: true },
    ...(main.ms >= MOSTLY * waitingMs || !isTimeTold ? [] : [{ text: ` (${durationText(main.ms)})` }]),
    ...(main.oneByOne ? [{ text: ', one after another' }] : []),
  ]
}

/** Begins to tell what `ms` of the waiting were for, so that it does not read as more than that. */
function waitingWords(ms: number, waitingMs: number): string {
  if (ms >= ALL * waitingMs) return 'waiting '
  return ms >= MOSTLY * waitingMs ? 'waiting, mostly ' : 'waiting, longest '
}

function perRequest({ route, requests, blockedMs, blockedBy }: WaitingAnswer) {
  const of = (ms: number) => ms / requests
  return {
    route,
    blockedMs: of(blockedMs),
    blockedBy: blockedBy.map((block) => ({ route: block.route, ms: of(block.ms) })),
  }
}

/** Who held the loop: the worst, as all of it or most of it, or beside so many others. Never credited with more than it had. */
function heldBy(
  { blockedBy, blockedMs, route }: Pick<Asked, 'blockedBy' | 'blockedMs' | 'route'>,
  isTimeTold = true,
): readonly Piece[] {
  const [worst] = blockedBy
  if (worst === undefined) return plainReasons.blocked
  const name = culprit(worst.route, route)
  const others = blockedBy.length - 1
  const isAll = others === 0 || worst.ms >= ALL * blockedMs
  if (!isAll && worst.ms >= MOSTLY * blockedMs) return [...plainReasons.blocked, { text: ', mostly ' }, name]
  const time = isTimeTold ? ` (${durationText(worst.ms)})` : ''
  const rest = isAll ? '' : `${time} and ${others === 1 ? 'another' : `${others} others`}`
  return [{ text: 'waiting while ' }, name, { text: `${rest} held the event loop` }]
}

/** Names who held the loop while requests of `route` waited. */
export function culprit(worst: string, route: string): Piece {
  if (worst === NO_REQUEST) return { text: 'work outside of any request', route: NO_REQUEST, strong: true }
  if (worst === route) return { text: SAME_ROUTE, strong: true }
  return { text: worst, route: hasPage(worst) ? worst : undefined, strong: true }
}
