export interface SegmentsProps<Choice> {
  readonly label: string
  readonly choices: readonly { readonly value: Choice; readonly name: string; readonly title?: string }[]
  readonly value: Choice
  readonly onChoose: (value: Choice) => void
}

/** A few choices side by side, one of them selected. */
export function Segments<Choice>({ label, choices, value, onChoose }: SegmentsProps<Choice>) {
  return (
    <fieldset class="segments" aria-label={label}>
      {choices.map((choice) => (
        <button
          type="button"
          key={choice.name}
          title={choice.title}
          aria-pressed={choice.value === value}
          onClick={() => onChoose(choice.value)}
        >
          {choice.name}
        </button>
      ))}
    </fieldset>
  )
}
