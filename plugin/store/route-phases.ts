import { phaseNames, type RequestPhase, type RoutePhase } from '../model/wire/phases.ts'
import { type Phase, type PhaseRules, phaseLabel, phasesOf } from '../requests/phases.ts'
import type { RequestRecord } from '../requests/record.ts'

export function describePhases(record: RequestRecord, rules: PhaseRules): RequestPhase[] {
  return phasesOf(record, rules).map(({ ownUs, ...phase }) => ({
    ...phase,
    wallMs: (phase.endUs - phase.startUs) / 1000,
    ownMs: ownUs / 1000,
  }))
}

/** Sums up the phases of many requests of one route, in the order of Fastify's life cycle. */
export function sumPhases(records: readonly RequestRecord[], rules: PhaseRules): RoutePhase[] {
  const sums = new Map<string, { phase: Phase; count: number; wallUs: number; ownUs: number }>()
  for (const record of records) {
    const seen = new Set<string>()
    for (const phase of phasesOf(record, rules)) {
      const label = phaseLabel(phase)
      const sum = sums.get(label) ?? { phase, count: 0, wallUs: 0, ownUs: 0 }
      sums.set(label, sum)
      if (!seen.has(label)) sum.count++
      seen.add(label)
      sum.wallUs += phase.endUs - phase.startUs
      sum.ownUs += phase.ownUs
    }
  }
  return [...sums.values()]
    .map(({ phase: { name, includes }, count, wallUs, ownUs }) => ({
      name,
      includes,
      count,
      wallMs: wallUs / 1000,
      ownMs: ownUs / 1000,
      meanWallMs: wallUs / count / 1000,
      meanOwnMs: ownUs / count / 1000,
    }))
    .sort((a, b) => phaseNames.indexOf(a.name) - phaseNames.indexOf(b.name))
}
