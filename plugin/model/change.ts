import type { Steps } from './steps.ts'
import { pValue, t95 } from './student.ts'

/**
 * Whether a difference can be believed: `faster` or `slower` if it stands out from the noise, `unclear` if it does not
 * (it may be real, but chance alone could cause it), `few` if there is too little data to tell at all.
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
  /** `headMs - baseMs`: negative when it became faster. */
  readonly differenceMs: number
  /** The true difference is within `differenceMs` ± this in 95 of 100 cases; `null` with too little data to tell. */
  readonly errorMs: number | null
  readonly verdict: Verdict
}

/** A time that requests took: its mean and variance over the requests, and how many samples these come from. */
export interface Estimate {
  readonly requests: number
  readonly meanMs: number
  /** Variance of one request's time, square milliseconds. */
  readonly variance: number
  /** `Infinity` for times measured by the clock. */
  readonly samples: number
}

/** With fewer requests than this on a side, their variance says nothing. */
export const FEWEST_REQUESTS = 5
/** With fewer samples than this on both sides together, a mean depends on where they happened to fall. */
const FEWEST_SAMPLES = 10
const LEVEL = 0.05
const WATCHED_LEVEL = 0.01

/**
 * Tests many changes together, such as those of all functions, in steps.
 *
 * Each difference of two means is tested by the method of Welch (1947), which allows for different variances on the two
 * sides; the spread of a function's time over the requests includes what the sampling adds. Of hundreds of functions
 * some would stand out by chance alone, so verdicts follow Benjamini and Hochberg (1995): of those called faster or
 * slower about one in twenty at most is wrong. The interval `errorMs` is that of each change alone.
 */
export function* changeSteps(pairs: readonly (readonly [base: Estimate, head: Estimate])[]): Steps<Change[]> {
  const tests: (Test | undefined)[] = []
  for (const [base, head] of pairs) {
    tests.push(welch(base, head))
    if (tests.length % TESTS_PER_STEP === 0) yield
  }
  const limit = chanceLimit(tests.flatMap((test) => (test === undefined ? [] : [test.p])))
  yield
  return pairs.map(([base, head], i) => changeOf(base, head, tests[i], limit))
}

/** So many tests take a fraction of a millisecond. */
const TESTS_PER_STEP = 256

/** Tests one change on its own. */
export function soleChange(base: Estimate, head: Estimate): Change {
  const test = welch(base, head)
  return changeOf(base, head, test, chanceLimit(test === undefined ? [] : [test.p]))
}

/**
 * Tests one change over blocks of requests, each with the same number of them on both sides: requests are compared only
 * within their block, so that differences between blocks are not noise. It is stricter than the other tests, because it
 * is repeated again and again while requests arrive.
 */
export function blockedChange(blocks: readonly (readonly [base: Estimate, head: Estimate])[]): Change {
  const requests = blocks.reduce((all, [{ requests }]) => all + requests, 0)
  const mean = (side: 0 | 1) =>
    blocks.reduce((sum, block) => sum + block[side].meanMs * (block[side].requests / requests), 0)
  const [baseMs, headMs] = [mean(0), mean(1)]
  const terms = blocks.flat().map((one) => termOf(one, one.requests / requests))
  const test = requests < FEWEST_REQUESTS ? undefined : testOf(headMs - baseMs, terms)
  return changeOf({ meanMs: baseMs }, { meanMs: headMs }, test, WATCHED_LEVEL)
}

type Mean = Pick<Estimate, 'meanMs'>

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

/** Welch's test of a difference of means; undefined with too little data to tell. */
function welch(base: Estimate, head: Estimate): Test | undefined {
  if (base.requests < FEWEST_REQUESTS || head.requests < FEWEST_REQUESTS) return undefined
  if (base.samples + head.samples < FEWEST_SAMPLES) return undefined
  return testOf(head.meanMs - base.meanMs, [termOf(base, 1), termOf(head, 1)])
}

/** A part of the variance of a difference, with its degrees of freedom. */
interface Term {
  readonly variance: number
  readonly degrees: number
}

function termOf({ variance, requests }: Estimate, weight: number): Term {
  return { variance: weight ** 2 * (variance / requests), degrees: requests - 1 }
}

/** Tests a difference with any number of variance terms, by Welch and Satterthwaite. */
function testOf(difference: number, terms: readonly Term[]): Test {
  const all = terms.reduce((sum, { variance }) => sum + variance, 0)
  const error = Math.sqrt(all)
  if (error === 0) return { p: difference === 0 ? 1 : 0, errorMs: 0 }
  // Computed from shares, since squares of tiny variances would underflow to 0.
  const degrees = 1 / terms.reduce((sum, term) => sum + (term.variance / all) ** 2 / term.degrees, 0)
  return { p: pValue(difference / error, degrees), errorMs: t95(degrees) * error }
}

/** The largest of the p-values that counts as significant, by Benjamini and Hochberg; -1 if none does. */
function chanceLimit(ps: number[]): number {
  const sorted = ps.sort((a, b) => a - b)
  return sorted.findLast((p, i) => p <= ((i + 1) / sorted.length) * LEVEL) ?? -1
}
