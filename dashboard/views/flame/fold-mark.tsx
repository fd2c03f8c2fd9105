/** Boxes that are narrower, CSS pixels, have no room for it. */
export const LEAST_MARKED = 56
/** What it takes of a box at its right end, CSS pixels. */
export const MARK_WIDTH = 20

export interface FoldMarkProps {
  /** Of the function that something is folded into. */
  readonly name: string
  readonly opened: boolean
  readonly onClick: () => void
}

/** Shows what happens in a folded function, or folds it up again. The key `u` does the same. */
export function FoldMark({ name, opened, onClick }: FoldMarkProps) {
  return (
    <button
      type="button"
      class="fold-mark"
      tabIndex={-1}
      aria-label={`${opened ? 'Fold' : 'Unfold'} ${name}`}
      title={opened ? 'Fold again (u)' : 'Show what happens in it (u)'}
      // What is below it must not take the click for its own.
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
