import { writeLocation } from '../../model/location.ts'
import type { Range } from '../../model/range.ts'
import type { Item } from '../../model/time-line.ts'

export interface BoxProps {
  readonly item: Item
  readonly at: string
  readonly wallUs: number
  /** The visible part. */
  readonly range: Range
  /** Whether the Tab key stops here. */
  readonly stop: boolean
  /** Whether a click zooms to it, if it is no link. */
  readonly canZoom: boolean
}

/** Boxes narrower than this share of the visible part have no room for text. */
const LEAST_FOR_TEXT = 0.02

export function Box({ item, at, wallUs, range, stop, canZoom }: BoxProps) {
  const { name, label, kind, startUs, endUs, facts, route, request } = item
  const shared = {
    class: kind === 'phase' ? 'time-box' : `time-box part-${kind}`,
    'data-at': at,
    tabIndex: stop ? 0 : -1,
    'aria-label': `${name}: ${facts.map(([what, value]) => `${what} ${value}`).join('; ')}`,
    style:
      wallUs > 0 ? { '--start': startUs / wallUs, '--end': endUs / wallUs } : { '--start': 0, '--end': 1 },
  }
  const text = endUs - startUs >= LEAST_FOR_TEXT * (range.to - range.from) && <span>{label}</span>
  if (route === undefined) {
    return (
      <div {...shared} role={canZoom ? 'button' : 'img'}>
        {text}
      </div>
    )
  }
  return (
    <a {...shared} href={writeLocation({ route, request })}>
      {text}
    </a>
  )
}
