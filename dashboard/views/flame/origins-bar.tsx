import { useState } from 'preact/hooks'
import { sum } from '../../../plugin/model/sum.ts'
import { durationText } from '../../model/format.ts'
import type { Origin } from '../../model/origins.ts'
import { roundedText } from '../../model/rounded.ts'
import { shares } from '../../model/shares.ts'
import { memo } from '../memo.ts'
import { Swatch } from '../swatch.tsx'

export interface OriginsBarProps {
  readonly origins: readonly Origin[]
  /** The only origin that is shown below; undefined for all. */
  readonly only: Origin | undefined
  /** Shows only one origin, or all for `''`. */
  readonly onOnly: (key: string) => void
}

/** More origins than this are named only on request. */
const SHOWN = 7

/** Whose code took the CPU itself, as a bar that adds up to all of it; a click on a part shows only that. */
export const OriginsBar = memo(({ origins, only, onOnly }: OriginsBarProps) => {
  const [asked, setAsked] = useState(false)
  const times = origins.map(({ selfUs }) => selfUs)
  const percents = shares(times)
  const all = sum(times)
  const percentOf = (i: number) => roundedText(percents[i], times[i] / all)
  // A single one left over is named like the others, and so is the selected one.
  const few = origins.length <= SHOWN + 1
  const isNamed = (origin: Origin, i: number) => few || asked || i < SHOWN || origin === only
  const left = origins.filter((origin, i) => !isNamed(origin, i)).length
  const toggle = (origin: Origin) => onOnly(origin === only ? '' : origin.key)
  const fades = (origin: Origin) => only !== undefined && origin !== only
  return (
    <fieldset class="origins" aria-label="CPU by origin; each can be shown alone">
      <div class="origins-bar" aria-hidden="true">
        {origins.map((origin, i) => (
          <button
            type="button"
            tabIndex={-1}
            key={origin.key}
            class={fades(origin) ? 'faded' : ''}
            title={`${origin.label}: ${durationText(origin.selfUs / 1000)}, ${percentOf(i)}`}
            style={{ flexGrow: origin.selfUs, background: `var(--c${origin.colour})` }}
            onClick={() => toggle(origin)}
          />
        ))}
      </div>
      <ul class="legend">
        {origins.map(
          (origin, i) =>
            isNamed(origin, i) && (
              <li key={origin.key}>
                <button
                  type="button"
                  class={fades(origin) ? 'faded' : ''}
                  aria-pressed={origin === only}
                  title={`${durationText(origin.selfUs / 1000)} ${meaningOf(origin)}${origin === only ? '; show all again' : '; show only this'}`}
                  onClick={() => toggle(origin)}
                >
                  <Swatch colour={origin.colour} />
                  <span class="legend-name">{origin.label}</span> <span class="muted">{percentOf(i)}</span>
                </button>
              </li>
            ),
        )}
        {left > 0 && (
          <li>
            <button type="button" onClick={() => setAsked(true)}>
              {left} more
            </button>
          </li>
        )}
      </ul>
    </fieldset>
  )
})

/** Says which time the number includes. */
function meaningOf({ key, kind }: Origin): string {
  if (key === 'generated') return 'in functions made at run time that your code called'
  if (kind === 'package' || kind === 'node') return 'in its own functions and the native ones they called'
  return kind === 'native'
    ? 'in native functions that your code called'
    : kind === 'app'
      ? 'in your own functions'
      : 'of CPU'
}
