import type { RequestBounds } from '../../plugin/model/bounds.ts'
import type { BaselineOrigin, DiffSide, ProfileDiff } from '../../plugin/model/diff.ts'
import { PREVIOUS } from '../../plugin/model/labels.ts'
import type { DiffSelection } from '../../plugin/model/wire/selection.ts'
import { boundsText, readBounds, writeBounds } from './bounds.ts'
import type { Location } from './location.ts'
import { ago } from './when.ts'

/** A side of a comparison as written in the addresses of the page and the API: a query of its own. */
export function writeSide(side: DiffSelection): string {
  const pairs = Object.entries(side).flatMap(([name, value]) =>
    name === 'requests' ? [value].flat().map((id) => ['request', id]) : [[name, value]],
  )
  return pairs
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value).replace(/[%&+#]/g, encodeURIComponent)}`)
    .join('&')
}

/** The route that a side names, if any. */
export function routeOf(side: string): string | undefined {
  return new URLSearchParams(side).get('route') ?? undefined
}

/** What is not there, from the server's words for programs: `base: baseline "x" not found`. */
export function missingText(message: string): string {
  return message.replace(/^(?:base|head): (.*?) not found/, 'Not found: $1')
}

/** The page that shows what a side selects; undefined for a baseline, which has none. */
export function pageOf(side: string): Partial<Location> | undefined {
  const params = new URLSearchParams(side)
  const [route, ids] = [routeOf(side), params.getAll('request')]
  if (params.has('baseline')) return undefined
  if (ids.length === 1) return { request: ids[0] }
  return route === undefined || ids.length > 1 ? undefined : { route, ...writeBounds(boundsOf(side)) }
}

/** A text for each side: as in the address, or its name. */
export interface Sides {
  readonly base: string
  readonly head: string
}

/** The names of the sides of a comparison, by what they are: swapping them swaps the names. */
export function sideNames(diff: ProfileDiff, { base, head }: Sides): Sides {
  if (hasBaseline(diff)) {
    return savedMs(diff.base) <= savedMs(diff.head)
      ? { base: 'Before', head: 'After' }
      : { base: 'After', head: 'Before' }
  }
  const [a, b] = [boundsOf(base), boundsOf(head)]
  if (areFaster(a, b)) return { base: 'Fast', head: 'Slow' }
  return areFaster(b, a) ? { base: 'Slow', head: 'Fast' } : { base: 'Base', head: 'Head' }
}

/** When a side was saved; what is recorded now is later than any baseline. */
function savedMs({ baseline }: DiffSide): number {
  return baseline === null ? Number.POSITIVE_INFINITY : Date.parse(baseline.savedAt)
}

export function hasBaseline({ base, head }: ProfileDiff): boolean {
  return base.baseline !== null || head.baseline !== null
}

/** The versions of Node that recorded the sides, if they differ; `live` is the one recording now, if known. */
export function differentNodes({ base, head }: ProfileDiff, live: string | undefined): string[] {
  const nodes = [base, head].flatMap(({ baseline }) => baseline?.node ?? live ?? [])
  return new Set(nodes).size > 1 ? nodes : []
}

/**
 * Describes a side: `before, 3 h ago, Node 24.1.0, commit 1a2b3c4`, or what was selected and within which bounds. A
 * baseline's own title is added if it says more than the route that is shown. Without `now`, it has the time itself.
 */
export function sideText(
  { title, baseline }: DiffSide,
  written: string,
  route: string | undefined,
  now?: number,
): string {
  const parts = baseline === null ? [title, boundsText(boundsOf(written))] : originOf(baseline, now)
  if (baseline !== null && title !== route) parts.push(title)
  return parts.filter((part) => part !== '').join(', ')
}

function originOf({ name, savedAt, node, commit }: BaselineOrigin, now?: number): string[] {
  const short = commit === '' ? '' : `commit ${commit.slice(0, 7)}`
  return [name === PREVIOUS ? 'previous run' : name, ago(savedAt, now), node.replace(/^v/, 'Node '), short]
}

function boundsOf(side: string): RequestBounds {
  const params = new URLSearchParams(side)
  const pair = (from: string, to: string) => `${params.get(from) ?? ''}_${params.get(to) ?? ''}`
  return readBounds({ wall: pair('minMs', 'maxMs'), started: pair('from', 'to') })
}

function areFaster(these: RequestBounds, those: RequestBounds): boolean {
  return these.maxMs !== undefined && those.minMs !== undefined && these.maxMs <= those.minMs
}
