import { durationText } from '../model/format.ts'
import { sparkline } from '../model/sparkline.ts'

const WIDTH = 88
const HEIGHT = 20

export interface SparklineProps {
  /** Milliseconds, oldest first. */
  readonly values: readonly number[]
  /** What the values are: `Latency of the last 60 requests`. */
  readonly label: string
}

/** Times as a line, from the oldest on the left. */
export function Sparkline({ values, label }: SparklineProps) {
  if (values.length < 2) return <span class="muted">–</span>
  const points = sparkline(values, WIDTH, HEIGHT)
  const text = `${label}, ${durationText(Math.min(...values))} to ${durationText(Math.max(...values))}`
  return (
    <svg
      class="sparkline"
      viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`}
      width={WIDTH}
      height={HEIGHT + 2}
      role="img"
      aria-label={text}
    >
      <title>{text}</title>
      <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
      <polyline points={points} />
    </svg>
  )
}
