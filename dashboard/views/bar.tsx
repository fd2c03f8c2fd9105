export interface BarProps {
  readonly value: number
  /** The value whose bar has the full length. */
  readonly most?: number
  /** What it is a part of, which has a colour. */
  readonly part?: 'wall' | 'blocked' | 'waiting'
}

/** A thin bar below a number: how much it is beside the largest one, or as a share of all. */
export function Bar({ value, most = 1, part }: BarProps) {
  return (
    <span class="bar" aria-hidden="true">
      <i class={part && `part-${part}`} style={{ width: `${most > 0 ? (value / most) * 100 : 0}%` }} />
    </span>
  )
}
