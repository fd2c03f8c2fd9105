import { hasPage, NO_REQUEST } from '../../plugin/model/labels.ts'
import type { RequestPhase } from '../../plugin/model/wire/phases.ts'
import type { RequestDetail } from '../../plugin/model/wire/requests.ts'
import type { Wait } from '../../plugin/model/wire/waits.ts'
import { durationText, percentText, rangeText } from './format.ts'
import { packLanes } from './lanes.ts'
import { splitNames } from './split.ts'
import { type Stretch, type StretchPart, stretches } from './stretches.ts'
import { waitName, waitRoute, waitTitle } from './waits.ts'

/** A box of the time line. */
export interface Item {
  readonly startUs: number
  readonly endUs: number
  /** Decides its colour. */
  readonly kind: Stretch['kind'] | 'phase'
  readonly name: string
  /** Short text for the box; the colour says the rest. */
  readonly label: string
  /** Details: a name and a value each. */
  readonly facts: readonly (readonly [string, string])[]
  /** Where a click leads: the route that held the event loop, or the request that let it go on. */
  readonly route?: string
  readonly request?: string
}

export interface Lane {
  readonly kind: 'phases' | 'loop' | 'waits'
  /** `''` if it continues the lane above. */
  readonly title: string
  readonly items: readonly Item[]
}

/** Items narrower than this share of the visible part are joined, or drawn wider than they are. */
const LEAST_SHARE = 1 / 400
const MOST_PARTS = 6

/**
 * Fastify's phases, who had the event loop, and what ran outside of it: lanes of items that do not overlap, detailed
 * enough for a picture where `seenUs` of the wall time fill the width.
 */
export function timeLine(request: RequestDetail, seenUs = request.wallMs * 1000): Lane[] {
  const wallUs = request.wallMs * 1000
  const leastUs = seenUs * LEAST_SHARE
  const waits = packLanes(request.waits, wallUs, leastUs)
  const phases = request.phases.map((phase) => phaseItem(phase, wallUs))
  const loop = stretches(request.slices, leastUs).map((stretch) => loopItem(stretch, wallUs))
  return [
    ...(phases.length > 0 ? [{ kind: 'phases', title: 'Phase', items: phases } as const] : []),
    { kind: 'loop', title: 'Event loop', items: loop },
    ...waits.map((lane, i): Lane => {
      const items = lane.map((wait) => waitItem(wait, wallUs))
      return { kind: 'waits', title: i === 0 ? 'Outside' : '', items }
    }),
  ]
}

/** Says who had the event loop, or why the request did not need it. */
function partName({ kind, route }: Pick<StretchPart, 'kind' | 'route'>): string {
  if (kind !== 'blocked') return splitNames[kind]
  return route === undefined
    ? splitNames.blocked
    : route === NO_REQUEST
      ? 'Work outside of requests'
      : `Held by ${route}`
}

function loopItem(stretch: Stretch, wallUs: number): Item {
  const { kind, route, parts, startUs, endUs } = stretch
  const shown = parts.length > 1 ? parts.slice(0, MOST_PARTS) : []
  const rest = parts.slice(shown.length > 0 ? MOST_PARTS : parts.length)
  const restUs = rest.reduce((us, part) => us + part.us, 0)
  return {
    startUs,
    endUs,
    kind,
    name: kind === 'gc' ? `GC: ${splitNames.gc}` : partName(stretch),
    label: kind === 'gc' ? 'GC' : (route ?? splitNames[kind]),
    ...(kind === 'blocked' && route !== undefined && hasPage(route) && { route }),
    facts: [
      ...times(stretch, wallUs),
      ...shown.map((part) => [partName(part), durationText(part.us / 1000)] as const),
      ...(rest.length > 0 ? [[`${rest.length} more`, durationText(restUs / 1000)] as const] : []),
    ],
  }
}

function phaseItem(phase: RequestPhase, wallUs: number): Item {
  const { name, startUs, endUs, ownMs, includes } = phase
  const facts = [...times(phase, wallUs), ['Own CPU', durationText(ownMs)] as const]
  if (includes.length > 0) facts.push(['May include', includes.join(', ')])
  return { startUs, endUs, kind: 'phase', name, label: name, facts }
}

function waitItem(wait: Wait, wallUs: number): Item {
  const { startUs, endUs } = wait
  const name = waitName(wait)
  const facts = [['Kind', waitTitle(wait)] as const, ...times(wait, wallUs)]
  const route = waitRoute(wait)
  const leadsTo = route !== undefined && { route, request: wait.requestId }
  return { startUs, endUs, kind: 'waiting', name, label: name, facts, ...leadsTo }
}

function times({ startUs, endUs }: Pick<Item, 'startUs' | 'endUs'>, wallUs: number): [string, string][] {
  const us = endUs - startUs
  return [
    ['Took', `${durationText(us / 1000)}, ${percentText(us / wallUs)} of the wall time`],
    ['From', rangeText({ from: startUs, to: endUs }, wallUs)],
  ]
}
