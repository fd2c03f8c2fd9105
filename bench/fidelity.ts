import { Session } from 'node:inspector'
import { hrtimeUs, nowUs } from '../plugin/clock.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { createSampler } from '../plugin/sampler/index.ts'
import type { Capture, Sampler } from '../plugin/sampler/segment.ts'
import { median, percentile, shuffled } from './measure.ts'

/**
 * How many of the samples that were asked for V8 delivers, and how evenly: to our sampler, which is rotated halfway,
 * and to the inspector alone. They take turns in one process that computes all the time.
 */
export interface Fidelity {
  readonly subject: string
  readonly intervalUs: number
  /** Samples per sampling interval of wall-clock time, ideally 1; median of the pieces. */
  readonly delivered: number
  /** `delivered` over the inspector's in the same round; median of the rounds. */
  readonly overInspector: number
  readonly p99GapUs: number
}

interface Piece {
  readonly delivered: number
  readonly gapsUs: readonly number[]
}

const INTERVAL_US = 1000
const PIECE_US = 400_000

export function fidelity(rounds: number): Fidelity[] {
  const { sampler } = createSampler('auto', INTERVAL_US)
  const ways = { [`fastify-profiler (${sampler.name})`]: () => ours(sampler), 'node:inspector': inspector }
  const pieces = new Map<string, Piece[]>(Object.keys(ways).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of shuffled(Object.entries(ways))) pieces.get(name)!.push(way())
  }
  const base = pieces.get('node:inspector')!
  return [...pieces].map(([subject, list]) => ({
    subject,
    intervalUs: INTERVAL_US,
    delivered: round3(median(list.map(({ delivered }) => delivered))),
    overInspector: round3(median(list.map(({ delivered }, i) => delivered / base[i].delivered))),
    p99GapUs: Math.round(
      percentile(
        list.flatMap(({ gapsUs }) => gapsUs),
        0.99,
      ),
    ),
  }))
}

function ours(sampler: Sampler): Piece {
  sampler.start()
  compute(PIECE_US / 2)
  const captures: Capture[] = [sampler.rotate()]
  compute(PIECE_US / 2)
  captures.push(sampler.stop()!)
  const segments = captures.map((capture) => atOnce(capture.read()))
  const times = segments.flatMap(({ samples }) => [...samples.timeUs])
  return piece(times, segments[1].endUs - segments[0].startUs)
}

function inspector(): Piece {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US })
  session.post('Profiler.start')
  const began = hrtimeUs()
  compute(PIECE_US)
  const ended = hrtimeUs()
  const times: number[] = []
  session.post('Profiler.stop', (_error, { profile }) => {
    let time = profile.startTime
    for (const delta of profile.timeDeltas ?? []) {
      time += delta
      if (time >= began && time < ended) times.push(time)
    }
  })
  session.disconnect()
  return piece(
    times.sort((a, b) => a - b),
    ended - began,
  )
}

function piece(times: readonly number[], us: number): Piece {
  return {
    delivered: (times.length * INTERVAL_US) / us,
    gapsUs: times.slice(1).map((time, i) => time - times[i]),
  }
}

function compute(us: number): number {
  const until = nowUs() + us
  let x = 1
  while (nowUs() < until) for (let i = 0; i < 1000; i++) x = (x * 31 + i) | 0
  return x
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}
