import { FEWEST_IN_RUN } from '../../plugin/model/course.ts'
import type { SincePrevious } from '../../plugin/model/wire.ts'
import { ago, count, durationText, percentText, plural } from './format.ts'
import { signs } from './verdict.ts'

/** What became of a route since the run before, as a page has room for it. */
export interface PreviousText {
  /** The verdict, in a few words. */
  readonly short: string
  /** What goes on after that where there is room. */
  readonly long: string
  /** How that is known. */
  readonly title: string
}

export function previousText(since: SincePrevious, now: number): PreviousText {
  const { own, previous, requests, first, last } = since
  const when = ago(Date.parse(previous.savedAt), now)
  if (own.verdict === 'few') {
    const isNow = requests < FEWEST_IN_RUN
    const least = isNow ? requests : previous.requests
    return {
      short: `Previous run: ${isNow ? '' : 'had '}too few requests to tell, ${count(least)} of ${FEWEST_IN_RUN}`,
      long: '',
      title: `A run is compared with the one before it from its ${FEWEST_IN_RUN}th request on. The previous run was ${when}.`,
    }
  }
  const name = 'the previous run'
  const change =
    own.verdict === 'unclear'
      ? `No certain difference to ${name}`
      : `${signs[own.verdict]}${sizeText(own.differenceMs, own.baseMs)}${own.verdict} than in ${name}`
  return {
    short: change,
    long: `, ${when}: ${durationText(own.headMs)} own CPU per request, was ${durationText(own.baseMs)}`,
    title: `Requests ${count(first)} to ${count(last)} of both runs, so that V8 has optimised the code as far on both sides. The previous run had ${plural(previous.requests, 'request')}.`,
  }
}

/** `50.3 % `; `''` where it was nothing. */
function sizeText(differenceMs: number, baseMs: number): string {
  return baseMs > 0 ? `${percentText(Math.abs(differenceMs) / baseMs)} ` : ''
}
