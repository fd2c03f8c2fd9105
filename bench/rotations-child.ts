/** Rotates a sampler `process.argv[3]` times in the way `process.argv[2]`, and sends the growth of the process. */
import { createRequire } from 'node:module'
import { createSampler } from '../plugin/sampler/index.ts'
import { slopeOf } from './measure.ts'

export type Way = 'off' | 'ours' | 'titles'

export interface RotationsAnswer {
  readonly rssMiB: number
  readonly heapMiB: number
}

/** Share of the rotations that is not measured: the first ones make caches, pools and optimised code. */
const WARM_UP = 0.2
const POINTS = 40
/** Length of a title, as if someone had put a URL into it. */
const TITLE_CHARACTERS = 1000

const [, , way, wanted] = process.argv
const ways: Record<Way, () => () => void> = { off: () => work, ours, titles }

function ours() {
  const { sampler } = createSampler('auto', 1000)
  sampler.start()
  return () => {
    work()
    sampler.rotate().read()
  }
}

function titles() {
  const start = titledProfiles()
  let number = 0
  let stopLast = start(titleOf(number))
  return () => {
    work()
    const stop = start(titleOf(++number))
    stopLast()
    stopLast = stop
  }
}

function titleOf(number: number): string {
  return `${number} ${'x'.repeat(TITLE_CHARACTERS)}`
}

/** A function that starts a profile under a title, and returns one that ends it. */
function titledProfiles(): (title: string) => () => void {
  const addon = createRequire(import.meta.url)('v8-profiler-next')
  addon.setGenerateType(1)
  return (title) => {
    addon.startProfiling(title, true)
    return () => addon.stopProfiling(title).delete()
  }
}

function work(): number {
  let x = 1
  for (let i = 0; i < 300_000; i++) x = (x * 31 + i) | 0
  return x
}

const count = Number(wanted)
const turn = ways[way as Way]()
const points: { readonly at: number; readonly rss: number; readonly heap: number }[] = []
for (let i = 0; i < count; i++) {
  turn()
  if (i % Math.ceil(count / POINTS) !== 0 || i < count * WARM_UP) continue
  globalThis.gc!()
  const { rss, heapUsed } = process.memoryUsage()
  points.push({ at: i, rss, heap: heapUsed })
}
process.send!({
  rssMiB: growth(points.map(({ at, rss }) => [at, rss])),
  heapMiB: growth(points.map(({ at, heap }) => [at, heap])),
} satisfies RotationsAnswer)

/** Growth over all rotations, by a line through the points, MiB. */
function growth(list: readonly (readonly [number, number])[]): number {
  return Math.round(((slopeOf(list) * count) / 2 ** 20) * 100) / 100
}
