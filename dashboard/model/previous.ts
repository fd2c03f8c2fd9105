import { FEWEST_IN_RUN } from '../../plugin/model/course.ts'
import { PREVIOUS } from '../../plugin/model/labels.ts'
import type { SincePrevious } from '../../plugin/model/wire.ts'
import { ago, count, durationText, percentText, plural } from './format.ts'
import { writeLocation } from './location.ts'
import { writeSide } from './side.ts'
import { signs } from './verdict.ts'

/** How a route changed since the previous run, in several lengths. */
export interface PreviousText {
  /** The verdict, in a few words. */
  readonly short: string
  /** The continuation of `short`, where there is room. */
  readonly long: string
  /** How the verdict was reached. */
  readonly title: string
}

/** Link to the comparison of a route with the previous run. */
export function previousHref(route: string): string {
  return writeLocation({ base: writeSide({ baseline: PREVIOUS, route }), head: writeSide({ route }) })
}

export function previousText(since: SincePrevious, now: number): PreviousText {
  const { own, previous, requests, first, last } = since
  const when = ago(Date.parse(previous.savedAt), now)
  if (own.verdict === 'few') {
    const title = `A run is compared with the one before it from its ${FEWEST_IN_RUN}th request on, using requests that came equally early in both and were not cleared. The previous run was ${when}.`
    return { short: `Previous run: ${fewText(requests, previous.requests)}`, long: '', title }
  }
  const name = 'the previous run'
  const change =
    own.verdict === 'unclear'
      ? `No certain difference from ${name}`
      : `${signs[own.verdict]}${sizeText(own.differenceMs, own.baseMs)}${own.verdict} than in ${name}`
  return {
    short: change,
    long: `, ${when}: ${durationText(own.headMs)} own CPU per request, was ${durationText(own.baseMs)}`,
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
