/**
 * Student's t distribution: how far a difference of means can be off by chance.
 *
 * Formulas are those of Abramowitz and Stegun, "Handbook of Mathematical Functions": 26.7.1 (the distribution by the
 * incomplete beta function), 26.5.8 (its continued fraction) and 26.7.5 (the quantile).
 */

/** The standard normal quantile of 0.975. */
const Z = 1.959963984540054

/** The true value lies within ± this many standard errors in 95 of 100 cases; `degrees` of freedom, 3 or more. */
export function t95(degrees: number): number {
  const z2 = Z * Z
  const terms = [
    (z2 + 1) / 4,
    ((5 * z2 + 16) * z2 + 3) / 96,
    (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
    ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160,
  ]
  return Z * terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), 1)
}

/** Probability that `t` is at least this far from 0, on either side, if there is no true difference. */
export function pValue(t: number, degrees: number): number {
  if (t === 0) return 1
  if (!Number.isFinite(t)) return 0
  return betaRatio(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** The regularised incomplete beta function. */
function betaRatio(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The continued fraction converges quickly only on this side of the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaRatio(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return Math.min(1, (front * betaFraction(x, a, b)) / a)
}

const MOST_TERMS = 300
const CLOSE = 1e-12
/** Replaces 0 as a divisor. */
const TINY = 1e-300

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonzero(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    for (const term of [even, odd]) {
      d = 1 / nonzero(1 + term * d)
      c = nonzero(1 + term / c)
      value *= c * d
    }
    if (Math.abs(c * d - 1) < CLOSE) break
  }
  return value
}

function nonzero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}

/** For positive `x`, by Stirling's series (6.1.41), far enough out that six more digits than needed are right. */
function logGamma(x: number): number {
  let shift = 0
  let at = x
  for (; at < 10; at++) shift += Math.log(at)
  const r = 1 / (at * at)
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / at
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift
}
