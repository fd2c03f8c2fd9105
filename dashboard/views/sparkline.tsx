import { durationText } from '../model/format.ts'
import { sparkline } from '../model/sparkline.ts'

const WIDTH = 88
const HEIGHT = 20

/** Wall times of the newest requests as a line; oldest on the left. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  if (values.length < 2) return <span class="muted">–</span>
  const points = sparkline(values, WIDTH, HEIGHT)
  const low = durationText(Math.min(...values))
  const high = durationText(Math.max(...values))
  return (
    <svg
      class="sparkline"
      viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`}
      width={WIDTH}
      height={HEIGHT + 2}
      role="img"
      aria-label={`Latency of the last ${values.length} requests, ${low} to ${high}`}
    >
      <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
      <polyline points={points} />
    </svg>
  )
}
