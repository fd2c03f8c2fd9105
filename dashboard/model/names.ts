import { nameOf, placeOf } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'

/** Names the origin in a URL: that of a package is told from all others, whatever its name. */
export function originKey({ kind, name, ...frame }: Frame): string {
  if (kind === 'package') return `npm:${frame.package ?? ''}`
  return kind === 'system' ? `v8:${name.replace(/[()]/g, '')}` : kind
}

/** All that a search looks at. */
export function searchTextOf(frame: Frame): string {
  return `${nameOf(frame)} ${placeOf(frame)}`
}
