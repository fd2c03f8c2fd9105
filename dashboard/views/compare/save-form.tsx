import { useRef } from 'preact/hooks'

/** What the API takes, as a browser checks it. */
const NAME = '[a-z0-9]([a-z0-9._\\-]{0,62}[a-z0-9])?'

export function SaveForm({ onSave }: { readonly onSave: (name: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <form
      class="save-form"
      onSubmit={(event) => {
        event.preventDefault()
        onSave(input.current!.value)
        input.current!.value = ''
      }}
    >
      <input
        ref={input}
        required
        pattern={NAME}
        maxLength={64}
        aria-label="Name of the baseline"
        placeholder="before"
        title="Small letters, digits, “.”, “_” and “-”"
        spellcheck={false}
        autocomplete="off"
      />
      <button type="submit" class="button">
        Save as baseline
      </button>
    </form>
  )
}
