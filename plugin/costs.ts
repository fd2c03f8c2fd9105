import { phaseNames } from './model/wire.ts'
import { type Phase, phaseLabel } from './phases.ts'
import { type RequestRecord, type SampleList, stackOf, weightOf } from './record.ts'

/** What a stack stands for in a selection. */
export interface Cost {
  samples: number
  us: number
}

/** A part of a selection's own time: where samples say that it went. */
export interface Group {
  /** Its phase; `''` for the whole. */
  readonly label: string
  readonly ownUs: number
  /** By node of `Stacks`; the times add up to `ownUs` if there is any. */
  readonly costs: ReadonlyMap<number, Cost>
}

/** CPU of requests that have been answered. */
const AFTER = 'after the response'

/** Everything in one group. */
export function costsInAll(records: readonly RequestRecord[]): Group[] {
  const ownUs = totalOwnUs(records)
  return [{ label: '', ownUs, costs: costs(records, ownUs, () => () => 0) }]
}

/**
 * A group for each phase that took time, in their order. The time of each is known from the clock, so its samples
 * share that and no more.
 */
export function costsByPhase(
  records: readonly RequestRecord[],
  phasesOf: (record: RequestRecord) => readonly Phase[],
): Group[] {
  const groups: { label: string; order: number; ownUs: number; costs: Map<number, Cost> }[] = []
  const indexOf = new Map<string, number>()

  function indexFor(label: string, order: number): number {
    let index = indexOf.get(label)
    if (index === undefined) {
      index = groups.push({ label, order, ownUs: 0, costs: new Map() }) - 1
      indexOf.set(label, index)
    }
    return index
  }

  function charges(record: RequestRecord) {
    const phases = phasesOf(record).map((phase) => {
      const group = indexFor(phaseLabel(phase), phaseNames.indexOf(phase.name))
      return { group, endUs: phase.endUs, ownUs: phase.ownUs }
    })
    if (record.afterUs > 0) {
      const group = indexFor(AFTER, phaseNames.length)
      phases.push({ group, endUs: Number.POSITIVE_INFINITY, ownUs: record.afterUs })
    }
    return phases
  }

  const phasesByRecord = new Map(records.map((record) => [record, charges(record)]))
  for (const phases of phasesByRecord.values())
    for (const { group, ownUs } of phases) groups[group].ownUs += ownUs
  const all = costs(records, totalOwnUs(records), (record) => {
    const phases = phasesByRecord.get(record)!
    return (timeUs) => (phases.find(({ endUs }) => timeUs <= endUs) ?? phases[phases.length - 1]).group
  })
  for (const [key, cost] of all) groups[Math.floor(key / STACKS)].costs.set(key % STACKS, cost)
  for (const group of groups) share(group.costs, group.ownUs)
  return groups
    .filter(({ ownUs, costs }) => ownUs > 0 || costs.size > 0)
    .sort((a, b) => a.order - b.order || (a.label < b.label ? -1 : 1))
}

function totalOwnUs(records: readonly RequestRecord[]): number {
  return records.reduce((sum, { ownUs, afterUs }) => sum + ownUs + afterUs, 0)
}

/** Nodes of `Stacks` are below it, so a group and a node are one exact number. */
const STACKS = 2 ** 24

/**
 * Samples and time per group and stack; the times add up to `ownUs` if there is any sample. Samples with a weight share
 * the time of their long turns, the others that of all short turns, each the same; time without samples (a gap in the
 * sampling) is shared in proportion by all of them.
 */
function costs(
  records: readonly RequestRecord[],
  ownUs: number,
  groupsOf: (record: RequestRecord) => (timeUs: number) => number,
): Map<number, Cost> {
  const weighed = new Map<number, Cost>()
  const open = new Map<number, Cost>()
  for (const record of records) {
    const { samples: list, weighedUs } = record
    if (list === undefined) continue
    const groupOf = groupsOf(record)
    const scale = weighedUs / sumOfWeights(list)
    for (let i = 0; i < list.length; i++) {
      const key = groupOf(list.columns.timeUs[i]) * STACKS + stackOf(list, i)
      const weight = weightOf(list, i)
      if (weight > 0) charge(weighed, key, weight * scale)
      else charge(open, key, 1)
    }
  }
  share(
    open,
    records.reduce((sum, record) => sum + record.openUs, 0),
  )
  for (const [key, cost] of open) charge(weighed, key, cost.us, cost.samples)
  share(weighed, ownUs)
  return weighed
}

/** Scales the times so that they add up to `us`; where they are all nothing, each sample has the same. */
function share(costs: Map<number, Cost>, us: number): void {
  let sum = 0
  let samples = 0
  for (const cost of costs.values()) {
    sum += cost.us
    samples += cost.samples
  }
  for (const cost of costs.values()) cost.us = sum > 0 ? (cost.us * us) / sum : (cost.samples * us) / samples
}

function charge(costs: Map<number, Cost>, key: number, us: number, samples = 1): void {
  const cost = costs.get(key)
  if (cost === undefined) costs.set(key, { samples, us })
  else {
    cost.samples += samples
    cost.us += us
  }
}

function sumOfWeights(list: SampleList): number {
  let sum = 0
  for (let i = 0; i < list.length; i++) sum += weightOf(list, i)
  return sum
}
