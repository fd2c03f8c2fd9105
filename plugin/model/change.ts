import { pValue, t95 } from './student.ts'

/**
 * Whether a difference can be believed: `faster` or `slower` where it stands out from the noise, `unclear` where it
 * does not (it may be there, but is smaller than what chance does), `few` where there is too little to tell at all.
 */
export type Verdict = 'faster' | 'slower' | 'unclear' | 'few'

/** Whether a difference stands out from chance. */
export function isCertain(verdict: Verdict): verdict is 'faster' | 'slower' {
  return verdict === 'faster' || verdict === 'slower'
}

/** A time per request before and after, milliseconds. */
export interface Change {
  readonly baseMs: number
  readonly headMs: number
  /** `headMs - baseMs`: negative where it became faster. */
  readonly differenceMs: number
  /** The true difference is within ± this of it in 95 of 100 cases; `null` with too little to tell. */
  readonly errorMs: number | null
  readonly verdict: Verdict
}

/** What requests took: mean and variance over the requests, and from how many samples both are known. */
export interface Sampled {
  readonly requests: number
  readonly meanMs: number
  /** Of one request, square milliseconds. */
  readonly variance: number
  /** `Infinity` for what the clock tells. */
  readonly samples: number
}

/** With fewer requests on a side, their variance says nothing. */
export const FEWEST_REQUESTS = 5
/** With fewer samples on both sides together, a mean is an accident of where they fell. */
export const FEWEST_SAMPLES = 10
const LEVEL = 0.05
const WATCHED_LEVEL = 0.01

/**
 * Many changes at once, such as of all functions, in steps.
 *
 * Each difference of two means is tested as Welch (1947) does, for requests whose times vary by different amounts on
 * both sides; the spread of a function's time over the requests holds both what differs between requests and what the
 * sampling adds. Of hundreds of functions some would stand out by chance alone: so that of those named faster or slower
 * at most one in twenty is wrong, verdicts follow Benjamini and Hochberg (1995). The interval is of each by itself.
 */
export function* changeSteps(
  pairs: readonly (readonly [base: Sampled, head: Sampled])[],
): Generator<void, Change[], void> {
  const tests: (Test | undefined)[] = []
  for (const [base, head] of pairs) {
    tests.push(welch(base, head))
    if (tests.length % TESTS_PER_STEP === 0) yield
  }
  const limit = chanceLimit(tests.flatMap((test) => (test === undefined ? [] : [test.p])))
  yield
  return pairs.map(([base, head], i) => changeOf(base, head, tests[i], limit))
}

/** Takes a fraction of a millisecond. */
const TESTS_PER_STEP = 256

/** One change by itself. */
export function soleChange(base: Sampled, head: Sampled): Change {
  const test = welch(base, head)
  return changeOf(base, head, test, chanceLimit(test === undefined ? [] : [test.p]))
}

/**
 * One change over blocks of requests, each with as many of them on both sides: a request is compared with those of its
 * own block, so that what the blocks differ by is no noise. Stricter than the others, for it is looked at again and again
 * while requests arrive.
 */
export function blockedChange(blocks: readonly (readonly [base: Sampled, head: Sampled])[]): Change {
  const requests = blocks.reduce((all, [{ requests }]) => all + requests, 0)
  const mean = (side: 0 | 1) =>
    blocks.reduce((sum, block) => sum + block[side].meanMs * (block[side].requests / requests), 0)
  const [baseMs, headMs] = [mean(0), mean(1)]
  const terms = blocks.flat().map((one) => termOf(one, one.requests / requests))
  const test = requests < FEWEST_REQUESTS ? undefined : testOf(headMs - baseMs, terms)
  return changeOf({ meanMs: baseMs }, { meanMs: headMs }, test, WATCHED_LEVEL)
}

type Mean = Pick<Sampled, 'meanMs'>

function changeOf(base: Mean, head: Mean, test: Test | undefined, limit: number): Change {
  const differenceMs = head.meanMs - base.meanMs
  return {
    baseMs: base.meanMs,
    headMs: head.meanMs,
    differenceMs,
    errorMs: test?.errorMs ?? null,
    verdict: test === undefined ? 'few' : test.p > limit ? 'unclear' : differenceMs < 0 ? 'faster' : 'slower',
  }
}

interface Test {
  readonly p: number
  readonly errorMs: number
}

/** Welch's test of a difference of means; undefined with too little to tell. */
function welch(base: Sampled, head: Sampled): Test | undefined {
  if (base.requests < FEWEST_REQUESTS || head.requests < FEWEST_REQUESTS) return undefined
  if (base.samples + head.samples < FEWEST_SAMPLES) return undefined
  return testOf(head.meanMs - base.meanMs, [termOf(base, 1), termOf(head, 1)])
}

/** A part of the variance of a difference, and from how much it is known. */
interface Term {
  readonly variance: number
  readonly degrees: number
}

function termOf({ variance, requests }: Sampled, weight: number): Term {
  return { variance: weight ** 2 * (variance / requests), degrees: requests - 1 }
}

/** By Welch and Satterthwaite, of as many terms as there are. */
function testOf(difference: number, terms: readonly Term[]): Test {
  const all = terms.reduce((sum, { variance }) => sum + variance, 0)
  const error = Math.sqrt(all)
  if (error === 0) return { p: difference === 0 ? 1 : 0, errorMs: 0 }
  // By shares: squares of tiny variances would be nothing.
  const degrees = 1 / terms.reduce((sum, term) => sum + (term.variance / all) ** 2 / term.degrees, 0)
  return { p: pValue(difference / error, degrees), errorMs: t95(degrees) * error }
}

/** The largest of the probabilities that is not taken for chance, by Benjamini and Hochberg; -1 where all are. */
function chanceLimit(ps: number[]): number {
  const sorted = ps.sort((a, b) => a - b)
  return sorted.findLast((p, i) => p <= ((i + 1) / sorted.length) * LEVEL) ?? -1
}
