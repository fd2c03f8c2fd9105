import type { DiffSide, ProfileDiff } from '../../../plugin/model/diff.ts'
import { count } from '../../model/format.ts'
import { writeLocation } from '../../model/location.ts'
import { sideText } from '../../model/side.ts'
import { certainty, relative, signed, verdictNames } from '../../model/verdict.ts'
import { Ms } from '../num.tsx'

export interface HeadlineProps {
  readonly diff: ProfileDiff
  /** As in the address. */
  readonly base: string
  readonly head: string
  readonly now: number
}

/** Whether it became faster, how much and how certainly, and what was compared. */
export function Headline({ diff, base, head, now }: HeadlineProps) {
  const { own } = diff
  const nodes = [diff.base, diff.head].flatMap(({ baseline }) => (baseline === null ? [] : [baseline.node]))
  return (
    <section class="panel headline" aria-labelledby="headline-title">
      <header class="panel-head">
        <h2 id="headline-title">Own CPU of a request</h2>
        <div class="panel-tools">
          <a class="button" href={writeLocation({ base: head, head: base })}>
            Exchange the sides
          </a>
        </div>
      </header>
      <p class="before-after">
        <Ms ms={own.baseMs} /> <span aria-hidden="true">→</span> <span class="hidden">became</span>{' '}
        <Ms ms={own.headMs} />
        <b class="verdict" data-verdict={own.verdict}>
          {signed(own.differenceMs)} {relative(own) !== '' && `(${relative(own)})`}{' '}
          {verdictNames[own.verdict]}
        </b>
      </p>
      <p class="certainty">{certainty(own)}</p>
      {new Set(nodes).size > 1 && (
        <p class="certainty">Recorded by different versions of Node: {nodes.join(', ')}.</p>
      )}
      <Sides diff={diff} now={now} />
    </section>
  )
}

function Sides({ diff, now }: Pick<HeadlineProps, 'diff' | 'now'>) {
  const row = (name: string, side: DiffSide) => (
    <tr>
      <th scope="row">
        {name}: <b>{sideText(side, now)}</b>
      </th>
      <td>{count(side.requests)}</td>
      <td class="wide-1">{count(side.samples)}</td>
      <td>
        <Ms ms={side.latency.p50Ms} />
      </td>
      <td>
        <Ms ms={side.latency.p95Ms} />
      </td>
      <td class="wide-1">
        <Ms ms={side.latency.maxMs} />
      </td>
    </tr>
  )
  return (
    <table class="sides">
      <thead>
        <tr>
          <th scope="col">Compared</th>
          <th scope="col">Requests</th>
          <th scope="col" class="wide-1">
            Samples
          </th>
          <th scope="col" title="Wall time">
            p50
          </th>
          <th scope="col" title="Wall time">
            p95
          </th>
          <th scope="col" class="wide-1" title="Wall time">
            max
          </th>
        </tr>
      </thead>
      <tbody>
        {row('Before', diff.base)}
        {row('After', diff.head)}
      </tbody>
    </table>
  )
}
