/**
 * How many inputs a property is tried with, and which: the same few in every run of the tests; as many times more as
 * `npm run fuzz` asks for, others each time.
 */
export function inputs(few: number): { readonly numRuns: number; readonly seed: number } {
  const { FUZZ = '1', FUZZ_SEED = '6' } = process.env
  return { numRuns: Math.round(few * Number(FUZZ)), seed: Number(FUZZ_SEED) }
}

/** Fails where one input keeps the process for so long that it must be said to hang. */
export async function answersInTime<T>(answer: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in half a minute: ${what()}`)), 30_000)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
