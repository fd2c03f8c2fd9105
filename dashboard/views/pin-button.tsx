import { PinIcon } from './icons.tsx'

export interface PinButtonProps {
  readonly pinned: boolean
  readonly label: string
  /** Whether to show only the icon. */
  readonly small?: boolean
  readonly disabled?: boolean
  readonly onClick: () => void
}

/** Pins a request, so that it is not dropped to make room. Its name stays: whether it is pinned is the button's state. */
export function PinButton({ pinned, label, small = false, disabled = false, onClick }: PinButtonProps) {
  return (
    <button
      type="button"
      class={small ? 'pin' : 'button pin-button'}
      aria-pressed={pinned}
      aria-label={label}
      disabled={disabled}
      title={
        pinned
          ? 'Pinned: kept when others are dropped. Click to unpin'
          : 'Pin: keep it when others are dropped'
      }
      onClick={onClick}
    >
      <PinIcon filled={pinned} />
      {!small && 'Pin'}
    </button>
  )
}
