import { heard, startChild } from './children.ts'
import { naive } from './others.ts'
import type { RotationsAnswer, Way } from './rotations-child.ts'

export interface Rotations {
  readonly subject: string
  readonly rotations: number
  /** Growth of the process and of its heap over all rotations, by a least-squares line. */
  readonly rssMiB: number
  readonly heapMiB: number
  readonly leaks: boolean
}

/** How much more a process may grow than one in which nothing is sampled. */
const MARGIN_MIB = 1

const ways: readonly { readonly subject: string; readonly way: Way }[] = [
  { subject: 'not sampling', way: 'off' },
  { subject: 'fastify-profiler', way: 'ours' },
  { subject: 'a title of its own for each: must leak', way: 'titles' },
]

/**
 * Measures whether anything stays behind when profiles are rotated 10,000 times (with 40 rounds), each way in its own
 * process. The control gives V8 a new title each time, which V8 never frees; it needs v8-profiler-next.
 */
export async function rotations(rounds: number): Promise<Rotations[]> {
  const count = rounds * 250
  const results: Rotations[] = []
  for (const { subject, way } of ways) {
    if (way === 'titles' && naive.missing?.() !== undefined) continue
    const child = startChild('rotations-child', { args: [way, String(count)], execArgv: ['--expose-gc'] })
    const { rssMiB, heapMiB } = await heard<RotationsAnswer>(child)
    child.kill('SIGKILL')
    const leaks = rssMiB > Math.max(0, results[0]?.rssMiB ?? rssMiB) + MARGIN_MIB
    results.push({ subject, rotations: count, rssMiB, heapMiB, leaks })
  }
  return results
}
