import { type Change, FEWEST_REQUESTS, isCertain, type Verdict } from '../../plugin/model/change.ts'
import { LEAST_SHARE } from '../../plugin/model/course.ts'
import type { ProfileDiff } from '../../plugin/model/diff.ts'
import { PREVIOUS } from '../../plugin/model/labels.ts'
import { count, duration, durationText, percent, percentText, plural, type Quantity, text } from './format.ts'

/** Verdicts in a few words, short enough for a table. */
export const verdictNames: Record<Verdict, string> = {
  faster: 'faster',
  slower: 'slower',
  unclear: 'may be chance',
  few: 'too few to tell',
}

/** Signs before a name or a number, so that the verdict does not depend on colour alone. */
export const signs: Record<Verdict, string> = { faster: '▼ ', slower: '▲ ', unclear: '', few: '' }

/** A difference with its sign: `−4.15 ms`, `+1.20 ms`, `0 ms`; `<1 µs` if it is too small to matter. */
export function signed(ms: number): string {
  return ms === 0 ? durationText(0) : withSign(ms, duration(Math.abs(ms)))
}

/** A change relative to before, such as `−50.3 %`; `''` if it was nothing before. */
export function relative({ baseMs, differenceMs }: Change): string {
  if (baseMs <= 0 || differenceMs === 0) return ''
  return withSign(differenceMs, percent(Math.abs(differenceMs) / baseMs))
}

/** Writes a sign before a number. `<1` gets none, and `>99.9` is written as 99.9. */
function withSign(of: number, { value, unit }: Quantity): string {
  if (value.startsWith('<')) return text({ value, unit })
  return `${of < 0 ? '−' : '+'}${text({ value: value.replace('>', ''), unit })}`
}

/** Other reasons, in sentences, why sides recorded in different runs can differ. */
export function cautions({ own, base, head }: ProfileDiff): string[] {
  const found: string[] = []
  if (!isCertain(own.verdict)) return found
  if (head.requests * 2 <= base.requests && own.verdict === 'slower' && base.baseline?.name === PREVIOUS)
    found.push(
      `This run has ${plural(head.requests, 'request')} so far, and ${count(base.requests)} of the previous one are compared: the first requests of a run are slower, since V8 has not optimised the code yet.`,
    )
  if (Math.abs(own.differenceMs) < LEAST_SHARE * own.baseMs)
    found.push(
      'Two runs of the same code can differ by up to a tenth, on a machine that does other work too.',
    )
  return found
}

/** How certain a change is, in a sentence. */
export function certainty({ differenceMs, errorMs, verdict }: Change): string {
  if (verdict === 'few' || errorMs === null) {
    return `Too few requests to tell: each side needs at least ${FEWEST_REQUESTS}. Send more, then check again.`
  }
  const range = `${signed(differenceMs - errorMs)} and ${signed(differenceMs + errorMs)}`
  if (verdict === 'unclear') {
    if (Math.abs(differenceMs) > errorMs)
      return `That may be chance: two runs count as different if they are ${percentText(LEAST_SHARE)} apart, and their fastest requests are as well.`
    return `That may be chance: the true difference lies between ${range} per request (95 % confidence). More requests narrow it down.`
  }
  return `The true difference lies between ${range} per request (95 % confidence).`
}
