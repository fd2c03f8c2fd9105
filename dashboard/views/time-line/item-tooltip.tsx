import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Item } from '../../model/time-line.ts'

export interface ItemTooltipProps {
  readonly item: Item
  /** In the window. */
  readonly x: number
  readonly y: number
}

const DISTANCE = 14

/** Says what the box's label says too. */
export function ItemTooltip({ item, x, y }: ItemTooltipProps) {
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { width, height } = ref.current!.getBoundingClientRect()
    const left = x + DISTANCE + width > innerWidth ? x - DISTANCE - width : x + DISTANCE
    const top = y + DISTANCE + height > innerHeight ? y - DISTANCE - height : y + DISTANCE
    ref.current!.style.transform = `translate(${Math.max(left, 4)}px, ${Math.max(top, 4)}px)`
  })
  return (
    <div class="tooltip" ref={ref} aria-hidden="true">
      <p class="tooltip-name">
        {item.kind !== 'phase' && <i class={`swatch part-${item.kind}`} />}
        {item.name}
      </p>
      <table class="tooltip-facts">
        <tbody>
          {item.facts.map(([what, value]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {item.route !== undefined && <p class="muted">Click to see who it was</p>}
    </div>
  )
}
