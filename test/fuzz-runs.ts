/**
 * How many inputs a property is tried with, and which. In the tests the same few every time; `npm run fuzz` multiplies
 * them by `FUZZ` and takes others each time, unless `FUZZ_SEED` asks for those of a run before.
 */
export function inputs(few: number): { readonly numRuns: number; readonly seed: number } {
  const times = Number(process.env.FUZZ ?? 1)
  const seed = Number(process.env.FUZZ_SEED ?? (times === 1 ? 6 : Math.floor(Math.random() * 2 ** 31)))
  return { numRuns: Math.round(few * times), seed }
}

/** Fails where one input keeps the process for so long that it must be said to hang. */
export async function answersInTime<T>(answer: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in half a minute: ${what()}`)), 30_000)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
