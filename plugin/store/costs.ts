import type { Steps } from '../model/steps.ts'
import { sum } from '../model/sum.ts'
import { phaseNames } from '../model/wire/phases.ts'
import { type Phase, phaseLabel } from '../requests/phases.ts'
import { type SampleList, stackOf, weightOf } from '../requests/sample-list.ts'
import type { Taken, TakenRequest } from './taken.ts'

/** Samples and time of the stacks of a group, in columns of the same length. */
export interface Costs {
  /** Nodes of `Stacks`; each once. */
  readonly stack: readonly number[]
  readonly samples: readonly number[]
  readonly us: readonly number[]
}

/**
 * A part of a selection's own time, and where samples say that it went. The times of the stacks, if there are any, and
 * `unsampledUs` add up to `ownUs`.
 */
export interface Group {
  /** Phase of the group; `''` if it is the whole selection. */
  readonly label: string
  readonly ownUs: number
  readonly unsampledUs: number
  readonly costs: Costs
}

/** Label of CPU that requests used after their response. */
const AFTER = 'after the response'

/** Puts everything into one group. */
export function* costsInAll(taken: Taken): Steps<Group[]> {
  const ownUs = totalOwnUs(taken)
  const sampledUs = totalSampledUs(taken)
  const whole: Part[] = [{ group: 0, endUs: Number.POSITIVE_INFINITY }]
  const [costs] = yield* costsOf(taken, 1, () => whole)
  return [{ label: '', ownUs, unsampledUs: ownUs - sampledUs, costs }]
}

/**
 * Makes a group for each phase that took time, in the order of phases. The time of a phase is known from the clock, so
 * its samples share exactly that; unsampled time goes to the phases whose samples account for too little. `phases` are
 * those of each request.
 */
export function* costsByPhase(taken: Taken, phases: readonly (readonly Phase[])[]): Steps<Group[]> {
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

  function partsOf(all: readonly Phase[], afterUs: number): Part[] {
    const parts = all.map((phase) => {
      const group = indexFor(phaseLabel(phase), phaseNames.indexOf(phase.name), phase.ownUs)
      return { group, endUs: phase.endUs }
    })
    if (afterUs <= 0) return parts
    const group = indexFor(AFTER, phaseNames.length, afterUs)
    return [...parts, { group, endUs: Number.POSITIVE_INFINITY }]
  }

  const parts = taken.requests.map(({ afterUs }, i) => partsOf(phases[i], afterUs))
  const all = yield* costsOf(taken, groups.length, (request) => parts[request])
  const missing = groups.map(({ ownUs }, i) => Math.max(0, ownUs - sum(all[i].us)))
  const unsampled = (totalOwnUs(taken) - totalSampledUs(taken)) / (sum(missing) || 1)
  return groups
    .map((group, i) => {
      const unsampledUs = missing[i] * unsampled
      return { ...group, unsampledUs, costs: shared(all[i], group.ownUs - unsampledUs) }
    })
    .filter(({ ownUs, costs }) => ownUs > 0 || costs.stack.length > 0)
    .sort((a, b) => a.order - b.order || (a.label < b.label ? -1 : 1))
}

export function totalOwnUs({ requests }: Taken): number {
  return requests.reduce((sum, { ownUs, afterUs }) => sum + ownUs + afterUs, 0)
}

/** Total own time without the turns in which V8 did not sample. */
export function totalSampledUs(taken: Taken): number {
  return Math.max(
    0,
    taken.requests.reduce((sum, { unsampledUs }) => sum - unsampledUs, totalOwnUs(taken)),
  )
}

/** A part of a request, up to `endUs` after its start. The last part also takes everything later. */
interface Part {
  readonly group: number
  readonly endUs: number
}

/**
 * Samples and time by group and stack. If there are any samples, all times add up to the time of turns in which V8
 * sampled. Samples with a weight share the time of their long turns; the others share that of all short turns equally;
 * time without samples (a gap in the sampling) is shared among all of them in proportion.
 *
 * Everything is in columns, because there can be a hundred thousand samples and the application has to wait.
 */
function* costsOf(
  taken: Taken,
  groups: number,
  partsOf: (request: number) => readonly Part[],
): Steps<Costs[]> {
  const { stacks, indexOf } = taken
  const samples = new Uint32Array(groups * stacks.length)
  const us = new Float64Array(groups * stacks.length)
  let parts: readonly Part[] = []
  let part = 0
  yield* eachSample(taken, (request, list, i, sampleUs) => {
    if (i === 0) {
      parts = partsOf(request)
      part = 0
    }
    while (part < parts.length - 1 && list.columns.timeUs[i] > parts[part].endUs) part++
    const at = parts[part].group * stacks.length + indexOf[stackOf(list, i)]
    samples[at]++
    us[at] += sampleUs
  })
  yield
  share(us, samples, totalSampledUs(taken))
  const costs: Costs[] = []
  for (let group = 0; group < groups; group++) {
    yield
    const from = group * stacks.length
    const used = stacks.map((_, i) => from + i).filter((at) => samples[at] > 0)
    costs.push({
      stack: used.map((at) => stacks[at - from]),
      samples: used.map((at) => samples[at]),
      us: used.map((at) => us[at]),
    })
  }
  return costs
}

/** So many samples take a fraction of a millisecond. */
const SAMPLES_PER_STEP = 4096

/**
 * Calls `visit` for each sample, with the index of its request and the time that the sample stands for, before gaps in
 * the sampling are shared out. In steps of `perStep` samples.
 */
export function* eachSample(
  { requests }: Taken,
  visit: (request: number, list: SampleList, i: number, us: number) => void,
  perStep = SAMPLES_PER_STEP,
): Steps<void> {
  const usPerUnweighed = yield* unweighedSampleUs(requests)
  let left = perStep
  for (const [request, { samples: list, weighedUs }] of requests.entries()) {
    if (list === undefined) continue
    const scale = weighedUs / sumOfWeights(list)
    for (let i = 0; i < list.length; i++) {
      const weight = weightOf(list, i)
      visit(request, list, i, weight > 0 ? weight * scale : usPerUnweighed)
      if (--left > 0) continue
      left = perStep
      yield
    }
  }
}

/** Time that each sample without a weight stands for. */
function* unweighedSampleUs(requests: readonly TakenRequest[]): Steps<number> {
  let unweighedUs = 0
  let count = 0
  let seen = 0
  for (const { unweighedUs: us, samples: list } of requests) {
    unweighedUs += us
    if (list === undefined) continue
    for (let i = 0; i < list.length; i++) if (weightOf(list, i) === 0) count++
    seen += list.length
    if (seen < SAMPLES_PER_STEP) continue
    seen = 0
    yield
  }
  return unweighedUs / count
}

function shared(costs: Costs, ownUs: number): Costs {
  const us = Float64Array.from(costs.us)
  share(us, costs.samples, ownUs)
  return { ...costs, us: [...us] }
}

/** Scales the times so that they add up to `wanted`; if all are 0, each sample gets the same. */
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
