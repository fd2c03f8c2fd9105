import { useMemo } from 'preact/hooks'
import type { Profile } from '../../../plugin/model/profile.ts'
import { percentText } from '../../model/format.ts'
import { origins } from '../../model/origins.ts'
import { Swatch } from '../swatch.tsx'

/** More origins than this are summed up. */
const SHOWN = 7

/** What the colours mean, and how much of the time each is. */
export function Legend({ profile }: { readonly profile: Profile }) {
  const all = useMemo(() => origins(profile), [profile])
  // One that is left over is named like the others.
  const shown = all.length === SHOWN + 1 ? all : all.slice(0, SHOWN)
  const rest = all.slice(shown.length)
  const restUs = rest.reduce((sum, origin) => sum + origin.selfUs, 0)
  const share = (us: number) => (profile.ownUs > 0 ? percentText(us / profile.ownUs) : '')
  return (
    <ul class="legend" aria-label="Self time by origin">
      {shown.map((origin) => (
        <li key={origin.label}>
          <Swatch colour={origin.colour} />
          <span class="legend-name">{origin.label}</span> <span class="muted">{share(origin.selfUs)}</span>
        </li>
      ))}
      {rest.length > 0 && (
        <li>
          <span class="legend-name">{rest.length} more</span> <span class="muted">{share(restUs)}</span>
        </li>
      )}
    </ul>
  )
}
