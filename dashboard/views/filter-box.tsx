export interface FilterBoxProps {
  readonly label: string
  /** Explains what can be typed. */
  readonly hint?: string
  /** What can be typed, in few words; the label where there is nothing to say. */
  readonly example?: string
  readonly value: string
  readonly onInput: (value: string) => void
  /** Key that focuses the box, shown while it is empty. */
  readonly hotkey?: string
}

export function FilterBox({ label, hint, example = label, value, onInput, hotkey }: FilterBoxProps) {
  return (
    <label class="filter-box">
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <circle cx="7" cy="7" r="4.5" />
        <path d="m10.5 10.5 3 3" />
      </svg>
      <input
        type="search"
        aria-label={label}
        placeholder={example}
        title={hint}
        value={value}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          if (value !== '') onInput('')
          else event.currentTarget.blur()
          event.stopPropagation()
        }}
      />
      {hotkey !== undefined && value === '' && <kbd>{hotkey}</kbd>}
    </label>
  )
}
