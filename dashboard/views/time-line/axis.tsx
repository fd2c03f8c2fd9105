import type { Range } from '../../model/range.ts'
import { ticks } from '../../model/ticks.ts'

const MOST_TICKS = 10

export interface AxisProps {
  readonly wallUs: number
  /** The visible part. */
  readonly range: Range
}

/** Round times above the lanes, and lines through them. */
export function Axis({ wallUs, range }: AxisProps) {
  const all = ticks(wallUs, MOST_TICKS, range)
  const width = range.to - range.from
  return (
    <div class="time-axis" aria-hidden="true">
      {all.map(({ us, label }) => (
        <span key={us} data-edge={edgeOf((us - range.from) / width)} style={{ '--start': us / wallUs }}>
          {label}
        </span>
      ))}
      {all.map(({ us }) => (
        <i key={us} style={{ '--start': us / wallUs }} />
      ))}
    </div>
  )
}

/** Tells labels at the ends of the axis, which are placed inside it. */
function edgeOf(share: number): 'start' | 'end' | undefined {
  return share > 0.95 ? 'end' : share > 0.02 ? undefined : 'start'
}
