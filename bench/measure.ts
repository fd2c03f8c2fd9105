import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { nearestRank } from '../plugin/model/rank.ts'

/** CPU time of this process's main thread, and of all its threads, in microseconds. */
export interface Cpu {
  readonly mainUs: number
  readonly allUs: number
}

/**
 * CPU time so far. That of the main thread comes from the kernel where it tells (Linux), else from Node, which tells it
 * of the calling thread (from Node 23.9 on).
 */
export function cpuNow(): Cpu {
  const { user, system } = process.cpuUsage()
  return { mainUs: mainThreadUs(), allUs: user + system }
}

function mainThreadUs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000
  } catch {
    const usage = (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage?.()
    if (usage === undefined) throw new Error('this benchmark needs Linux, or Node 23.9 or later')
    return usage.user + usage.system
  }
}

export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly pairs: number
}

/** Median and quartiles of a list. */
export function spread(values: readonly number[]): Spread {
  const [low, high] = [percentile(values, 0.25), percentile(values, 0.75)]
  return { median: median(values), low, high, pairs: values.length }
}

/** The value by nearest rank: a share of 0.99 is the 99th percentile, 1 the largest. NaN for an empty list. */
export function percentile(values: readonly number[], share: number): number {
  return nearestRank(ascending(values), share) ?? Number.NaN
}

/** The value in the middle; of an even number the larger of the middle two, so that no cost is made to look small. */
export function median(values: readonly number[]): number {
  return ascending(values)[values.length >> 1] ?? Number.NaN
}

function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort()
}

/** Slope of the least-squares line through points; 0 where all have the same x. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
}

/** A copy of the list in random order. */
export function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/** The machine that a result was measured on: without it the numbers say little. */
export function machine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg().map((value) => Math.round(value * 10) / 10),
  }
}
