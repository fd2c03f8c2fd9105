import { writeLocation } from '../../model/location.ts'
import type { Item } from '../../model/time-line.ts'

export interface BoxProps {
  readonly item: Item
  readonly at: string
  readonly wallUs: number
  /** Where the Tab key stops. */
  readonly stop: boolean
}

/** Narrower than this part of the whole there is no room for a word. */
const LEAST_FOR_TEXT = 0.02

export function Box({ item, at, wallUs, stop }: BoxProps) {
  const { name, label, kind, startUs, endUs, facts, route } = item
  const share = wallUs > 0 ? (endUs - startUs) / wallUs : 1
  const shared = {
    class: kind === 'phase' ? 'time-box' : `time-box part-${kind}`,
    'data-at': at,
    tabIndex: stop ? 0 : -1,
    'aria-label': `${name}: ${facts.map(([what, value]) => `${what} ${value}`).join('; ')}`,
    style: { left: `${wallUs > 0 ? (startUs / wallUs) * 100 : 0}%`, width: `${share * 100}%` },
  }
  const text = share >= LEAST_FOR_TEXT && <span>{label}</span>
  if (route === undefined) {
    return (
      <div {...shared} role="img">
        {text}
      </div>
    )
  }
  return (
    <a {...shared} href={writeLocation({ route })}>
      {text}
    </a>
  )
}
