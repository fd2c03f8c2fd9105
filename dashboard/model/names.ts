import { isGenerated, nameOf, originOf, placeText } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'

/** The key of a frame's origin in a URL. A package's differs from all other origins, whatever its name. */
export function originKey(frame: Frame): string {
  const { kind, name } = frame
  if (kind === 'package') return `npm:${frame.package ?? ''}`
  if (isGenerated(frame)) return 'generated'
  return kind === 'system' ? `v8:${name.replace(/[()]/g, '')}` : kind
}

/** The text of a frame that a search looks at. */
export function searchTextOf(frame: Frame): string {
  return `${nameOf(frame)} ${placeText(frame)}`
}

/** What to tell beside a function's name: its place or origin; only the folder if it is called by file and line. */
export function besideName(frame: Frame): { readonly text: string; readonly isFolder: boolean } {
  const place = placeText(frame)
  const line = place.slice(place.lastIndexOf('/') + 1)
  const isFolder = place !== '' && nameOf(frame).startsWith(line)
  return { text: isFolder ? place.slice(0, -line.length - 1) : place || originOf(frame), isFolder }
}
