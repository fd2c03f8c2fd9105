import { ticks } from '../../model/ticks.ts'

const MOST_TICKS = 10

/** Round times above the lanes, and lines through them. */
export function Axis({ wallUs }: { readonly wallUs: number }) {
  const all = ticks(wallUs, MOST_TICKS)
  const left = (us: number) => ({ left: `${wallUs > 0 ? (us / wallUs) * 100 : 0}%` })
  return (
    <div class="time-axis" aria-hidden="true">
      {all.map(({ us, label }, i) => (
        <span
          key={us}
          class={i % 2 === 1 ? 'odd' : undefined}
          data-edge={edgeOf(us / wallUs)}
          style={left(us)}
        >
          {label}
        </span>
      ))}
      {all.map(({ us }) => (
        <i key={us} style={left(us)} />
      ))}
    </div>
  )
}

/** Labels at the ends stand inside. */
function edgeOf(share: number): 'start' | 'end' | undefined {
  return share > 0.95 ? 'end' : share > 0 ? undefined : 'start'
}
