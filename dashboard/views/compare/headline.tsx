import type { Change } from '../../../plugin/model/change.ts'
import type { DiffSide, ProfileDiff } from '../../../plugin/model/diff.ts'
import type { SincePrevious } from '../../../plugin/model/wire/baselines.ts'
import { count } from '../../model/format.ts'
import { type Location, writeLocation } from '../../model/location.ts'
import { isTurned, keptText, previousText, turned } from '../../model/previous.ts'
import { differentNodes, hasBaseline, pageOf, type Sides, sideText } from '../../model/side.ts'
import { cautions, certainty, relative, signed, verdictNames } from '../../model/verdict.ts'
import { Breaks } from '../breaks.tsx'
import { Ms, Prose } from '../num.tsx'

export interface HeadlineProps {
  readonly diff: ProfileDiff
  /** How the route changed since the previous run, where that is compared. */
  readonly since: SincePrevious | undefined
  /** The sides as in the address. */
  readonly sides: Sides
  readonly names: Sides
  /** The route that is shown. */
  readonly route: string | undefined
  /** Version of Node that records now; undefined while it is not known. */
  readonly node: string | undefined
  /** Milliseconds since 1970; undefined on paper. */
  readonly now: number | undefined
}

/** Says whether it became faster, how much and how certainly, and what was compared. */
export function Headline(props: HeadlineProps) {
  const { diff, since, sides, node, now } = props
  const nodes = differentNodes(diff, node)
  const previous = since && previousText(since, now)
  return (
    <section class="panel headline" aria-labelledby="headline-title">
      <header class="panel-head">
        <h2 id="headline-title">Own CPU per request</h2>
        <div class="panel-tools">
          <a class="button" href={writeLocation({ base: sides.head, head: sides.base })}>
            Swap sides
          </a>
        </div>
      </header>
      {since === undefined || previous === undefined ? (
        <>
          <Verdict {...props} own={diff.own} />
          {hasBaseline(diff) &&
            cautions(diff).map((caution) => (
              <p key={caution} class="certainty">
                {caution}
              </p>
            ))}
        </>
      ) : (
        <>
          {since.own.verdict === 'few' ? (
            <>
              <p class="before-after">{previous.short}</p>
              <p class="certainty">{previous.title}</p>
            </>
          ) : (
            <Verdict {...props} own={isTurned(sides) ? turned(since.own) : since.own} of={previous.title} />
          )}
          <Kept diff={diff} />
        </>
      )}
      {nodes.length > 0 && (
        <p class="certainty">Recorded with different versions of Node: {nodes.join(' and ')}.</p>
      )}
      <SidesTable {...props} />
    </section>
  )
}

interface VerdictProps {
  readonly own: Change
  readonly names: Sides
  /** Which requests are compared, if not all that are kept. */
  readonly of?: string
}

function Verdict({ own, names, of }: VerdictProps) {
  return (
    <>
      <p class="before-after">
        <span class="hidden">{names.base}</span> <Ms ms={own.baseMs} /> <span aria-hidden="true">→</span>{' '}
        <span class="hidden">{names.head}</span> <Ms ms={own.headMs} />
        <b class="verdict" data-verdict={own.verdict}>
          {signed(own.differenceMs)} {relative(own) !== '' && `(${relative(own)})`}{' '}
          {verdictNames[own.verdict]}
        </b>
      </p>
      {of !== undefined && <p class="certainty">{of}</p>}
      <p class="certainty">
        <Prose>{certainty(own)}</Prose>
      </p>
    </>
  )
}

function Kept({ diff }: Pick<HeadlineProps, 'diff'>) {
  const { kept, caution } = keptText(diff)
  return (
    <p class="certainty kept">
      {kept} {caution !== '' && <b>{caution}</b>}
    </p>
  )
}

interface SideLinkProps {
  /** Undefined for a baseline, which has no page. */
  readonly page: Partial<Location> | undefined
  readonly text: string
}

/** What a side is, linked to the page that says where its time goes, waiting included. */
function SideLink({ page, text }: SideLinkProps) {
  const told = (
    <b>
      <Breaks text={text} />
    </b>
  )
  if (page === undefined) return told
  return (
    <a class="link" href={writeLocation(page)}>
      {told}
    </a>
  )
}

function SidesTable({ diff, sides, names, route, now }: HeadlineProps) {
  const row = (name: string, side: DiffSide, written: string) => (
    <tr>
      <th scope="row">
        {name}: <SideLink page={pageOf(written)} text={sideText(side, written, route, now)} />
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
    <table class="sides" aria-label="What is compared">
      <thead>
        <tr>
          <th scope="col">Compared</th>
          <th scope="col">Requests</th>
          <th scope="col" class="wide-1">
            Samples
          </th>
          <th scope="col">Wall p50</th>
          <th scope="col">Wall p95</th>
          <th scope="col" class="wide-1">
            Wall max
          </th>
        </tr>
      </thead>
      <tbody>
        {row(names.base, diff.base, sides.base)}
        {row(names.head, diff.head, sides.head)}
      </tbody>
    </table>
  )
}
