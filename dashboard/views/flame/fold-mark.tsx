/** Boxes narrower than this, CSS pixels, have no room for the mark. */
export const LEAST_MARKED = 56
/** Room that the mark takes at the right end of a box, CSS pixels. */
export const MARK_WIDTH = 20

export interface FoldMarkProps {
  /** Name of the function that something is folded into. */
  readonly name: string
  readonly opened: boolean
  readonly onClick: () => void
}

/** Shows what happens in a folded function, or folds it again. The key `u` does the same. */
export function FoldMark({ name, opened, onClick }: FoldMarkProps) {
  return (
    <button
      type="button"
      class="fold-mark"
      tabIndex={-1}
      aria-label={`${opened ? 'Fold' : 'Unfold'} ${name}`}
      title={opened ? 'Fold again (u)' : 'Show what happens in it (u)'}
      // The click must not reach the graph below it.
      onPointerDown={(event) => event.stopPropagation()}
      onPointerUp={(event) => event.stopPropagation()}
      onDblClick={(event) => event.stopPropagation()}
      onClick={(event) => {
        event.stopPropagation()
        onClick()
      }}
    >
      {opened ? '−' : '+'}
    </button>
  )
}
