import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'

/** CPU time of this process's main thread, and of all its threads, in microseconds. */
export interface Cpu {
  readonly mainUs: number
  readonly allUs: number
}

/**
 * The kernel's own account of the main thread where there is one (Linux), else Node's of the calling thread (from
 * Node 23.9 on).
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

/** Median and quartiles. */
export function spread(values: readonly number[]): Spread {
  const at = (share: number) => percentile(values, share)
  return { median: at(0.5), low: at(0.25), high: at(0.75), pairs: values.length }
}

/** The value below which that share of them lies: 0.99 for the 99th percentile, 1 for the largest. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** A list in an order by chance. */
export function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/** What a result has to be read with. */
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
