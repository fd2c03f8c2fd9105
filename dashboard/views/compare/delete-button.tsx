import { useState } from 'preact/hooks'
import { plural } from '../../model/format.ts'

export interface DeleteButtonProps {
  readonly name: string
  /** Number of routes that are deleted with it. */
  readonly routes: number
  readonly onRemove: (name: string) => void
}

/** Deletes a baseline at the second click: what old code took can hardly be recorded again. */
export function DeleteButton({ name, routes, onRemove }: DeleteButtonProps) {
  const [asked, setAsked] = useState(false)
  const word = asked ? 'Really delete' : 'Delete'
  return (
    <button
      type="button"
      class={asked ? 'link bad' : 'link'}
      aria-label={`${word} ${name}${routes > 1 ? `, with all its ${plural(routes, 'route')}` : ''}`}
      onBlur={() => setAsked(false)}
      onClick={(event) => {
        if (asked && !isSecondOfDouble(event)) onRemove(name)
        else setAsked(true)
      }}
    >
      {word}
    </button>
  )
}

/** A double click is one decision, not two. */
function isSecondOfDouble({ detail }: MouseEvent): boolean {
  return detail > 1
}
