import { phaseNames } from '../model/wire.ts'
import { type Phase, phaseLabel } from '../requests/phases.ts'
import { type RequestRecord, type SampleList, stackOf, weightOf } from '../requests/record.ts'

/** What the stacks of a group stand for, in columns of one length. The times add up to the group's if there are any. */
export interface Costs {
  /** Node of `Stacks`; each once. */
  readonly stack: readonly number[]
  readonly samples: readonly number[]
  readonly us: readonly number[]
}

/** A part of a selection's own time: where samples say that it went. */
export interface Group {
  /** Its phase; `''` for the whole. */
  readonly label: string
  readonly ownUs: number
  readonly costs: Costs
}

/** CPU of requests that have been answered. */
const AFTER = 'after the response'

/** Everything in one group. */
export function costsInAll(records: readonly RequestRecord[]): Group[] {
  const ownUs = totalOwnUs(records)
  const [costs] = costsOf(records, ownUs, 1, () => [{ group: 0, endUs: Number.POSITIVE_INFINITY }])
  return [{ label: '', ownUs, costs }]
}

/**
 * A group for each phase that took time, in their order. The time of each is known from the clock, so its samples
 * share that and no more.
 */
export function costsByPhase(
  records: readonly RequestRecord[],
  phasesOf: (record: RequestRecord) => readonly Phase[],
): Group[] {
  const groups: { label: string; order: number; ownUs: number }[] = []
  const indexOf = new Map<string, number>()

  function indexFor(label: string, order: number, ownUs: number): number {
    let index = indexOf.get(label)
    if (index === undefined) {
      index = groups.push({ label, order, ownUs: 0 }) - 1
      indexOf.set(label, index)
    }
    groups[index].ownUs += ownUs
    return index
  }

  function partsOf(record: RequestRecord): Part[] {
    const parts = phasesOf(record).map((phase) => {
      const group = indexFor(phaseLabel(phase), phaseNames.indexOf(phase.name), phase.ownUs)
      return { group, endUs: phase.endUs }
    })
    if (record.afterUs <= 0) return parts
    const group = indexFor(AFTER, phaseNames.length, record.afterUs)
    return [...parts, { group, endUs: Number.POSITIVE_INFINITY }]
  }

  const parts = new Map(records.map((record) => [record, partsOf(record)]))
  const all = costsOf(records, totalOwnUs(records), groups.length, (record) => parts.get(record)!)
  return groups
    .map((group, i) => ({ ...group, costs: shared(all[i], group.ownUs) }))
    .filter(({ ownUs, costs }) => ownUs > 0 || costs.stack.length > 0)
    .sort((a, b) => a.order - b.order || (a.label < b.label ? -1 : 1))
}

function totalOwnUs(records: readonly RequestRecord[]): number {
  return records.reduce((sum, { ownUs, afterUs }) => sum + ownUs + afterUs, 0)
}

/** A part of a request, up to `endUs` after its start. The last one has what comes later, too. */
interface Part {
  readonly group: number
  readonly endUs: number
}

/**
 * Samples and time per group and stack; the times of all add up to `ownUs` if there is any sample. Samples with a
 * weight share the time of their long turns, the others that of all short turns, each the same; time without samples
 * (a gap in the sampling) is shared in proportion by all of them.
 *
 * All in columns, for there can be a hundred thousand samples, and who waits for them is the application.
 */
function costsOf(
  records: readonly RequestRecord[],
  ownUs: number,
  groups: number,
  partsOf: (record: RequestRecord) => readonly Part[],
): Costs[] {
  const { stacks, indexOf } = distinctStacks(records)
  const samples = new Uint32Array(groups * stacks.length)
  const us = new Float64Array(groups * stacks.length)
  let parts: readonly Part[] = []
  let part = 0
  eachSample(records, (record, list, i, sampleUs) => {
    if (i === 0) {
      parts = partsOf(record)
      part = 0
    }
    while (part < parts.length - 1 && list.columns.timeUs[i] > parts[part].endUs) part++
    const at = parts[part].group * stacks.length + indexOf[stackOf(list, i)]
    samples[at]++
    us[at] += sampleUs
  })
  share(us, samples, ownUs)
  return Array.from({ length: groups }, (_, group) => {
    const from = group * stacks.length
    const taken = stacks.map((_, i) => from + i).filter((at) => samples[at] > 0)
    return {
      stack: taken.map((at) => stacks[at - from]),
      samples: taken.map((at) => samples[at]),
      us: taken.map((at) => us[at]),
    }
  })
}

/** Calls `visit` for each sample with the time that it stands for, before the gaps in the sampling are shared out. */
export function eachSample(
  records: readonly RequestRecord[],
  visit: (record: RequestRecord, list: SampleList, i: number, us: number) => void,
): void {
  let openUs = 0
  let openSamples = 0
  for (const { openUs: us, samples: list } of records) {
    openUs += us
    for (let i = 0; i < (list?.length ?? 0); i++) if (weightOf(list!, i) === 0) openSamples++
  }
  for (const record of records) {
    const { samples: list, weighedUs } = record
    if (list === undefined) continue
    const scale = weighedUs / sumOfWeights(list)
    for (let i = 0; i < list.length; i++) {
      const weight = weightOf(list, i)
      visit(record, list, i, weight > 0 ? weight * scale : openUs / openSamples)
    }
  }
}

/** The stacks in which samples ended, in the order in which they come up, and the place of each in that list. */
export function distinctStacks(records: readonly RequestRecord[]): { stacks: number[]; indexOf: Int32Array } {
  let most = 0
  for (const { samples: list } of records) {
    for (let i = 0; i < (list?.length ?? 0); i++) most = Math.max(most, stackOf(list!, i))
  }
  const indexOf = new Int32Array(most + 1).fill(-1)
  const stacks: number[] = []
  for (const { samples: list } of records) {
    for (let i = 0; i < (list?.length ?? 0); i++) {
      const stack = stackOf(list!, i)
      if (indexOf[stack] < 0) indexOf[stack] = stacks.push(stack) - 1
    }
  }
  return { stacks, indexOf }
}

function shared(costs: Costs, ownUs: number): Costs {
  const us = Float64Array.from(costs.us)
  share(us, costs.samples, ownUs)
  return { ...costs, us: [...us] }
}

/** Scales the times so that they add up to `wanted`; where they are all nothing, each sample has the same. */
function share(us: Float64Array, samples: ArrayLike<number>, wanted: number): void {
  let sumUs = 0
  let sumSamples = 0
  for (let i = 0; i < us.length; i++) {
    sumUs += us[i]
    sumSamples += samples[i]
  }
  for (let i = 0; i < us.length; i++) {
    us[i] = sumUs > 0 ? (us[i] * wanted) / sumUs : samples[i] > 0 ? (samples[i] * wanted) / sumSamples : 0
  }
}

function sumOfWeights(list: SampleList): number {
  let sum = 0
  for (let i = 0; i < list.length; i++) sum += weightOf(list, i)
  return sum
}
