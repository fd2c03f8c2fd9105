import { useState } from 'preact/hooks'
import { baselineNamePattern } from '../../../plugin/model/labels.ts'
import type { BaselineSummary } from '../../../plugin/model/wire/baselines.ts'
import { freeName } from '../../model/baseline-name.ts'
import { plural } from '../../model/format.ts'
import { ago } from '../../model/when.ts'

export interface SaveFormProps {
  /**
   * The existing baselines; undefined if they are unknown. Do not draw the form while they are loading: a name suggested
   * later would mix with what is typed.
   */
  readonly baselines: readonly BaselineSummary[] | undefined
  /** Resolves to whether it was saved. */
  readonly onSave: (name: string) => Promise<boolean>
}

/** Suggests a free name, and says what a name in use would replace. */
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
          `Replaces “${name}” (${plural(taken.routes.length, 'route')}, ${ago(taken.savedAt, Date.now())})`}
      </p>
    </form>
  )
}
