import type { Frame } from '../../../plugin/model/profile.ts'
import { percentText, plural } from '../../model/format.ts'
import { isFunction } from '../../model/function-key.ts'
import { searchTextOf } from '../../model/names.ts'
import type { Neighbour } from '../../model/neighbours.ts'
import { Bar } from '../bar.tsx'
import { FunctionName } from '../function-name.tsx'
import { Ms, Percent } from '../num.tsx'

export interface NeighbourListProps {
  readonly title: string
  /** Name of the row without a function. */
  readonly own: string
  readonly frames: readonly Frame[]
  readonly rows: readonly Neighbour[]
  /** Total of the function, microseconds; the rows add up to it. */
  readonly totalUs: number
  readonly onOpen: (frame: number) => void
}

/** Most rows that are shown one by one. */
const SHOWN = 8

/** The callers or callees of a function, with their shares of its time. */
export function NeighbourList({ title, own, frames, rows, totalUs, onOpen }: NeighbourListProps) {
  // A single one left over is named like the others.
  const shown = rows.length === SHOWN + 1 ? rows : rows.slice(0, SHOWN)
  const rest = rows.slice(shown.length)
  const restUs = rest.reduce((sum, { us }) => sum + us, 0)
  return (
    <table class="neighbours">
      <caption>{title}</caption>
      <tbody>
        {shown.map(({ frame, us, samples }) => (
          <tr key={frame} class="row-link" title={plural(samples, 'sample')}>
            <th scope="row">
              {frame < 0 ? (
                <span class="muted">{own}</span>
              ) : isFunction(frames[frame]) ? (
                <button
                  type="button"
                  title={`${searchTextOf(frames[frame])}\n${plural(samples, 'sample')}`}
                  onClick={() => onOpen(frame)}
                >
                  <FunctionName frame={frames[frame]} />
                </button>
              ) : (
                <span class="cell" title={searchTextOf(frames[frame])}>
                  <FunctionName frame={frames[frame]} />
                </span>
              )}
            </th>
            <Share us={us} totalUs={totalUs} />
          </tr>
        ))}
        {rest.length > 0 && (
          <tr title={`${percentText(restUs / totalUs)} in all`}>
            <th scope="row">
              <span class="muted">{plural(rest.length, 'other')}</span>
            </th>
            <Share us={restUs} totalUs={totalUs} />
          </tr>
        )}
      </tbody>
    </table>
  )
}

function Share({ us, totalUs }: { readonly us: number; readonly totalUs: number }) {
  const share = totalUs > 0 ? us / totalUs : 0
  return (
    <td class="own">
      <Ms ms={us / 1000} /> <Percent share={share} />
      <Bar value={share} />
    </td>
  )
}
