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
      title={pinned ? 'Kept whatever comes; click to let it go' : 'Keep it, whatever comes'}
      onClick={onClick}
    >
      <PinIcon filled={pinned} />
      {!small && (pinned ? 'Pinned' : 'Pin')}
    </button>
  )
}
