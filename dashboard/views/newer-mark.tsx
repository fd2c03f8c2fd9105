import { count } from '../model/format.ts'

export interface NewerMarkProps {
  /** Requests that ended since what is shown was made. */
  readonly newer: number
  /** Whether the last attempt to load it again failed. */
  readonly failed?: boolean
  readonly onUpdate: () => void
}

/** Says that what is shown is not the newest, and loads that; nothing where it is. */
export function NewerMark({ newer, failed = false, onUpdate }: NewerMarkProps) {
  if (newer === 0 && !failed) return null
  return (
    <button type="button" class="update" onClick={onUpdate} title="Reload (r)">
      {failed ? 'Not up to date, try again' : `${count(newer)} newer, update`}
    </button>
  )
}
