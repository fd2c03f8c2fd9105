import { type Change, FEWEST_REQUESTS, type Verdict } from '../../plugin/model/change.ts'
import { durationText, percentText } from './format.ts'

/** In a word or two, as a table has room for. */
export const verdictNames: Record<Verdict, string> = {
  faster: 'faster',
  slower: 'slower',
  unclear: 'may be chance',
  few: 'too few to tell',
}

/** With its sign: `−4.15 ms`, `+1.20 ms`, `0 ms`. */
export function signed(ms: number): string {
  if (ms === 0) return durationText(0)
  return `${ms < 0 ? '−' : '+'}${durationText(Math.abs(ms))}`
}

/** `−50.3 %` of what it was; `''` where it was nothing. */
export function relative({ baseMs, differenceMs }: Change): string {
  if (baseMs <= 0 || differenceMs === 0) return ''
  return `${differenceMs < 0 ? '−' : '+'}${percentText(Math.abs(differenceMs) / baseMs)}`
}

/** How certain a change is, in a sentence. */
export function certainty({ differenceMs, errorMs, verdict }: Change): string {
  if (verdict === 'few' || errorMs === null) {
    return `Too few requests to tell: each side needs ${FEWEST_REQUESTS} at least. Send more, then look again.`
  }
  const range = `${signed(differenceMs - errorMs)} and ${signed(differenceMs + errorMs)}`
  if (verdict === 'unclear') {
    return `That may be chance: the true difference lies between ${range} per request, 19 times out of 20. More requests narrow it down.`
  }
  return `The true difference lies between ${range} per request, 19 times out of 20.`
}
