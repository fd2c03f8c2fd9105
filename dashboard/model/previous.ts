import type { Change } from '../../plugin/model/change.ts'
import { FEWEST_IN_RUN } from '../../plugin/model/course.ts'
import type { ProfileDiff } from '../../plugin/model/diff.ts'
import { PREVIOUS } from '../../plugin/model/labels.ts'
import type { SincePrevious } from '../../plugin/model/wire/baselines.ts'
import { count, durationText, percentText, plural } from './format.ts'
import { writeLocation } from './location.ts'
import { type Sides, writeSide } from './side.ts'
import { signs } from './verdict.ts'
import { ago } from './when.ts'

/** How a route changed since the previous run, in several lengths. */
export interface PreviousText {
  /** The verdict, in a few words. */
  readonly short: string
  /** The continuation of `short`, where there is room. */
  readonly long: string
  /** Which requests are compared, of how many: `''` if they are too few. */
  readonly which: string
  /** How the verdict was reached. */
  readonly title: string
}

/** Link to the comparison of a route with the previous run. */
export function previousHref(route: string): string {
  return writeLocation({ base: writeSide({ baseline: PREVIOUS, route }), head: writeSide({ route }) })
}

/** The route whose requests, all of them, are compared with its previous run: either way round. */
export function previousRoute({ base, head }: Sides): string | undefined {
  const pair = [new URLSearchParams(base), new URLSearchParams(head)]
  const [saved, live] = isTurned({ base, head }) ? pair.reverse() : pair
  const route = live.get('route') ?? undefined
  const isAll = live.size === 1 && (saved.get('route') ?? route) === route
  return isAll && saved.get('baseline') === PREVIOUS ? route : undefined
}

/** Whether the previous run is the side that comes second. */
export function isTurned({ head }: Sides): boolean {
  return new URLSearchParams(head).has('baseline')
}

/** A change with its sides swapped. */
export function turned(change: Change): Change {
  const { baseMs, headMs, differenceMs, verdict } = change
  const other = { faster: 'slower', slower: 'faster', unclear: 'unclear', few: 'few' } as const
  return {
    ...change,
    baseMs: headMs,
    headMs: baseMs,
    differenceMs: differenceMs === 0 ? 0 : -differenceMs,
    verdict: other[verdict],
  }
}

/** Medians of wall times that differ by a smaller share may just be those of another moment. */
const LEAST_OTHER = 0.2

/** The median wall time now and in the previous run; `''` where they are about the same. */
export function wallText({ previous }: SincePrevious, p50Ms: number): string {
  const [less, more] = [p50Ms, previous.p50Ms].sort((a, b) => a - b)
  if (less <= 0 || more < (1 + LEAST_OTHER) * less) return ''
  return `wall time p50 ${durationText(p50Ms)}, was ${durationText(previous.p50Ms)}`
}

/** With this many times as many requests on one side, both are hardly alike. */
const UNEQUAL = 2

/**
 * What all but the headline compares, in sentences: the headline compares only requests that came equally early in both
 * runs, so that its figures are others.
 */
export function keptText({ base, head, own }: ProfileDiff): { kept: string; caution: string } {
  const [less, more] = [base.requests, head.requests].sort((a, b) => a - b)
  const sides = [
    { requests: base.requests, ms: own.baseMs },
    { requests: head.requests, ms: own.headMs },
  ]
  // The previous run is the baseline, on whichever side it stands.
  const [before, after] = base.baseline === null ? sides.reverse() : sides
  const kept = `Below: means of all kept requests, ${count(before.requests)} before (${durationText(before.ms)} own CPU) and ${count(after.requests)} after (${durationText(after.ms)}).`
  const caution =
    less > 0 && more >= UNEQUAL * less
      ? 'These numbers of requests are very unequal, and the first requests of a run are slower, since V8 has not optimised the code yet: what is below may look different from the verdict.'
      : ''
  return { kept, caution }
}

/** Without `now`, it has the time of that run itself. */
export function previousText(since: SincePrevious, now?: number): PreviousText {
  const { own, previous, requests, first, last } = since
  const when = ago(previous.savedAt, now)
  if (own.verdict === 'few') {
    const title = `A run is compared with the one before it from its ${FEWEST_IN_RUN}th request on, using requests that came equally early in both and were not cleared. The previous run was ${when}.`
    return { short: `Previous run: ${fewText(requests, previous.requests)}`, long: '', which: '', title }
  }
  const name = 'the previous run'
  const change =
    own.verdict === 'unclear'
      ? `No certain difference from ${name}`
      : `${signs[own.verdict]}${sizeText(own.differenceMs, own.baseMs)}${own.verdict} than in ${name}`
  return {
    short: change,
    long: `, ${when}: ${durationText(own.headMs)} own CPU per request, was ${durationText(own.baseMs)}`,
    which: `requests ${count(first)}–${count(last)} of both runs`,
    title: `Requests ${count(first)} to ${count(last)} of both runs, so that V8 has optimised the code equally far on both sides. The previous run had ${plural(previous.requests, 'request')}.`,
  }
}

function fewText(requests: number, before: number): string {
  if (requests >= FEWEST_IN_RUN && before >= FEWEST_IN_RUN) return 'too few requests since they were cleared'
  const [had, few] = requests < FEWEST_IN_RUN ? ['', requests] : ['had ', before]
  return `${had}too few requests to tell, ${count(few)} of ${FEWEST_IN_RUN}`
}

/** `50.3 % `; `''` if it was nothing before. */
function sizeText(differenceMs: number, baseMs: number): string {
  return baseMs > 0 ? `${percentText(Math.abs(differenceMs) / baseMs)} ` : ''
}
