import { PinIcon } from './icons.tsx'

export interface PinButtonProps {
  readonly pinned: boolean
  readonly label: string
  /** Only the icon is seen. */
  readonly small?: boolean
  readonly onClick: () => void
}

/** Pinned requests are not let go to make room. */
export function PinButton({ pinned, label, small = false, onClick }: PinButtonProps) {
  return (
    <button
      type="button"
      class={small ? 'pin' : 'button pin-button'}
      aria-pressed={pinned}
      aria-label={label}
      title={
        pinned
          ? 'Pinned: kept when others are dropped. Click to unpin'
          : 'Pin: keep it when others are dropped'
      }
      onClick={onClick}
    >
      <PinIcon filled={pinned} />
      {!small && (pinned ? 'Pinned' : 'Pin')}
    </button>
  )
}
