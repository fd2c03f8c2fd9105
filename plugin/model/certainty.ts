/** How far a number of samples can be trusted. */
export type Trust = 'none' | 'few' | 'rough' | 'good'

/** Below this many samples a function's share is only a hint: a tenth may really be nothing or a quarter. */
export const FEW_SAMPLES = 30
const ROUGH = 400

export function trustIn(samples: number): Trust {
  if (samples <= 0) return 'none'
  if (samples < FEW_SAMPLES) return 'few'
  return samples < ROUGH ? 'rough' : 'good'
}

/**
 * Bounds between which the true value of a share, measured with so many samples, lies 19 times out of 20 (Wilson's
 * interval, which stays right for few samples and for shares near 0 and 1).
 */
export function confidenceInterval(
  share: number,
  samples: number,
): { readonly low: number; readonly high: number } {
  if (samples <= 0) return { low: 0, high: 1 }
  const z2 = 1.96 ** 2
  const centre = (share + z2 / (2 * samples)) / (1 + z2 / samples)
  const half =
    (1.96 / (1 + z2 / samples)) * Math.sqrt((share * (1 - share)) / samples + z2 / (4 * samples * samples))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
