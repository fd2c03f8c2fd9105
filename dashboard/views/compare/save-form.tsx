import { useState } from 'preact/hooks'
import { type BaselineSummary, baselineNamePattern } from '../../../plugin/model/wire.ts'
import { freeName } from '../../model/baseline-name.ts'
import { ago, plural } from '../../model/format.ts'

export interface SaveFormProps {
  /**
   * Those that are there; undefined where that cannot be told. Not to be drawn while it is asked: what is suggested later
   * is mixed with what is typed.
   */
  readonly baselines: readonly BaselineSummary[] | undefined
  /** Whether it was saved. */
  readonly onSave: (name: string) => Promise<boolean>
}

/** Suggests a name that is free, and says what a name that is taken would replace. */
export function SaveForm({ baselines, onSave }: SaveFormProps) {
  const [typed, setTyped] = useState<string>()
  const name = typed ?? (baselines === undefined ? '' : freeName(baselines.map((one) => one.name)))
  const taken = baselines?.find((one) => one.name === name && !one.automatic)
  const save = async () => {
    if (await onSave(name)) setTyped((now) => (now === typed ? undefined : now))
  }
  return (
    <form
      class="save-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <input
        required
        pattern={baselineNamePattern}
        maxLength={64}
        value={name}
        onInput={(event) => setTyped(event.currentTarget.value)}
        aria-label="Name of the baseline"
        aria-describedby="save-note"
        placeholder="before"
        title="Lower-case letters, digits, “.”, “_” and “-”; not “previous”"
        spellcheck={false}
        autocomplete="off"
      />
      <button type="submit" class="button">
        {taken === undefined ? 'Save as baseline' : 'Replace'}
      </button>
      <p id="save-note" class="muted" aria-live="polite">
        {taken !== undefined &&
          `Replaces “${name}” (${plural(taken.routes.length, 'route')}, ${ago(Date.parse(taken.savedAt), Date.now())})`}
      </p>
    </form>
  )
}
