import { NO_REQUEST } from '../../plugin/model/labels.ts'
import type { Status } from '../../plugin/model/wire/status.ts'
import { culpritTitle } from '../model/culprits.ts'
import { durationText } from '../model/format.ts'
import { writeLocation } from '../model/location.ts'
import { roundedText } from '../model/rounded.ts'
import { shares } from '../model/shares.ts'

const OtherWork = () => (
  <a class="link" href={writeLocation({ route: NO_REQUEST })} title={culpritTitle(NO_REQUEST)}>
    Other work
  </a>
)

/** Where the recorded time went, as a bar and as numbers that add up to it. */
export function Accounting({ accounting }: { readonly accounting: Status['accounting'] }) {
  const parts = [
    { name: 'Requests', ms: accounting.requestsMs, kind: 'own' },
    { name: <OtherWork />, ms: accounting.otherMs, kind: 'other' },
    { name: 'Garbage collection', ms: accounting.gcMs, kind: 'gc' },
    { name: 'Idle', ms: accounting.idleMs, kind: 'idle' },
  ]
  const percents = shares(parts.map((part) => part.ms))
  return (
    <table class="accounting">
      <caption>
        {durationText(accounting.recordedMs)} recorded
        <span class="stack" aria-hidden="true">
          {parts.map((part, i) => (
            <i key={part.kind} class={`part-${part.kind}`} style={{ width: `${percents[i]}%` }} />
          ))}
        </span>
      </caption>
      <tbody>
        {parts.map((part, i) => (
          <tr key={part.kind}>
            <th scope="row">
              <i class={`swatch part-${part.kind}`} />
              {part.name}
            </th>
            <td>{durationText(part.ms)}</td>
            <td>{roundedText(percents[i], part.ms / accounting.recordedMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
