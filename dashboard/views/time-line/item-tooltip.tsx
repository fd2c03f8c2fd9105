import type { Item } from '../../model/time-line.ts'
import { useBeside } from '../use-beside.ts'

export interface ItemTooltipProps {
  readonly item: Item
  /** Position in the window. */
  readonly x: number
  readonly y: number
}

/** The details of an item, which are in the box's label too. */
export function ItemTooltip({ item, x, y }: ItemTooltipProps) {
  const ref = useBeside(x, y)
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
      {item.route !== undefined && <p class="muted">Click to open its page</p>}
    </div>
  )
}
