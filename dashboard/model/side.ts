import type { DiffSide } from '../../plugin/model/diff.ts'
import type { DiffSelection } from '../../plugin/model/wire.ts'
import { ago } from './format.ts'

/** A side of a comparison as it stands in the page's address and in the API's: a query of its own. */
export function writeSide(side: DiffSelection): string {
  const pairs = Object.entries(side).flatMap(([name, value]) =>
    name === 'requests' ? [value].flat().map((id) => ['request', id]) : [[name, value]],
  )
  return pairs
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value).replace(/[%&+#]/g, encodeURIComponent)}`)
    .join('&')
}

/** The route that a side names, if it does. */
export function routeOf(side: string): string | undefined {
  return new URLSearchParams(side).get('route') ?? undefined
}

/** What a side is, for people: `before, 3 h ago, Node 24.1.0, commit 1a2b3c4`. */
export function sideText({ title, baseline }: DiffSide, now: number): string {
  if (baseline === null) return title
  const { name, savedAt, node, commit } = baseline
  const parts = [name, ago(Date.parse(savedAt), now), node.replace(/^v/, 'Node ')]
  return [...parts, ...(commit === '' ? [] : [`commit ${commit.slice(0, 7)}`])].join(', ')
}
