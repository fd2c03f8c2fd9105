import { nowUs } from '../plugin/clock.ts'
import { atOnce } from '../plugin/model/steps.ts'
import type { SamplerName } from '../plugin/model/wire/status.ts'
import { createSampler } from '../plugin/sampler/index.ts'
import type { Sampler } from '../plugin/sampler/segment.ts'
import { median, percentile, shuffled } from './measure.ts'

/**
 * What a node of a segment's call tree costs the event loop: when the sampler is rotated (V8 writes the tree down), and
 * when the segment is read. The samplers take turns in one process. Other work on the machine only ever adds time, so
 * the first quartile counts.
 */
export interface Serialisation {
  readonly sampler: SamplerName
  readonly nodes: number
  readonly turnUsPerNode: number
  readonly readUsPerNode: number
  readonly bothUsPerNode: number
}

interface Cost {
  readonly nodes: number
  readonly turnUs: number
  readonly readUs: number
}

const names: readonly SamplerName[] = ['v8', 'v8-profiler-next', 'inspector']
const WORK_US = 250_000
const FASTEST = 0.25

export function serialisation(rounds: number): Serialisation[] {
  const samplers = names.flatMap((name) => {
    try {
      return [createSampler(name, 1000).sampler]
    } catch {
      return [] // Not on this Node.
    }
  })
  const costs = new Map<Sampler, Cost[]>(samplers.map((sampler) => [sampler, []]))
  for (let round = 0; round < rounds; round++) {
    for (const sampler of shuffled(samplers)) costs.get(sampler)!.push(costOf(sampler))
  }
  return [...costs].map(([sampler, list]) => {
    const fastest = (us: (cost: Cost) => number) => {
      const perNode = list.map((cost) => us(cost) / cost.nodes)
      return Math.round(percentile(perNode, FASTEST) * 100) / 100
    }
    return {
      sampler: sampler.name,
      nodes: median(list.map(({ nodes }) => nodes)),
      turnUsPerNode: fastest(({ turnUs }) => turnUs),
      readUsPerNode: fastest(({ readUs }) => readUs),
      bothUsPerNode: fastest(({ turnUs, readUs }) => turnUs + readUs),
    }
  })
}

function costOf(sampler: Sampler): Cost {
  sampler.start()
  branchOut(WORK_US)
  const began = nowUs()
  const capture = sampler.rotate()
  const turned = nowUs()
  const segment = atOnce(capture.read())
  const read = nowUs()
  sampler.stop()
  return { nodes: segment.nodes.parent.length, turnUs: turned - began, readUs: read - turned }
}

/** Calls through many deep stacks, each unlike the one before, for that long: a call tree of thousands of nodes. */
function branchOut(us: number): void {
  const until = nowUs() + us
  for (let path = 1; nowUs() < until; path = (Math.imul(path, 1664525) + 1013904223) >>> 0) descend(path, 40)
}

function descend(path: number, depth: number): number {
  if (depth === 0) return work(path)
  const next = (path >>> 1) | ((path & 1) << 31)
  return 1 + (path & 1 ? left(next, depth - 1) : right(next, depth - 1))
}
const left = (path: number, depth: number): number => descend(path, depth) + 1
const right = (path: number, depth: number): number => descend(path, depth) + 2

function work(seed: number): number {
  let x = seed
  for (let i = 0; i < 200_000; i++) x = (x * 31 + i) | 0
  return x
}
