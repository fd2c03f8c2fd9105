import { heard, startChild } from './children.ts'
import { naive } from './others.ts'
import type { RotationsAnswer, Way } from './rotations-child.ts'

export interface Rotations {
  readonly subject: string
  readonly rotations: number
  /** Growth of the process and of its heap from rotation to rotation, by the least squares, in all of them. */
  readonly rssMiB: number
  readonly heapMiB: number
  readonly leaks: boolean
}

/** What a process may grow by more than one in which nothing is sampled. */
const MARGIN_MIB = 1

const ways: readonly { readonly subject: string; readonly way: Way }[] = [
  { subject: 'not sampling', way: 'off' },
  { subject: 'fastify-profiler', way: 'ours' },
  { subject: 'a title of its own for each: must leak', way: 'titles' },
]

/**
 * Whether anything stays behind when profiles take turns 10,000 times (of 40 rounds). Each in a process of its own.
 * The control gives V8 a new title each time, which it keeps for good; it needs v8-profiler-next.
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
