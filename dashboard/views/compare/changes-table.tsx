import { useMemo } from 'preact/hooks'
import type { ProfileDiff } from '../../../plugin/model/diff.ts'
import { type ChangeColumn, type ChangeRow, changeColumns, changeRows } from '../../model/diff-rows.ts'
import { count, durationText, plural } from '../../model/format.ts'
import { writeFunction } from '../../model/function-key.ts'
import { type Location, type Navigate, writeLocation } from '../../model/location.ts'
import { searchTextOf } from '../../model/names.ts'
import { readSort, toggleSort, writeSort } from '../../model/order.ts'
import type { Sides } from '../../model/side.ts'
import { signed, signs, verdictNames } from '../../model/verdict.ts'
import { FilterBox } from '../filter-box.tsx'
import { FunctionName } from '../function-name.tsx'
import { memo } from '../memo.ts'
import { Ms } from '../num.tsx'
import { SortHeader } from '../sort-header.tsx'
import { VirtualRows } from '../virtual-rows.tsx'

export interface ChangesTableProps {
  readonly diff: ProfileDiff
  /** The page that shows head's functions; undefined if there is none. */
  readonly page: Partial<Location> | undefined
  /** Whether to say that these are all kept requests, since the headline shows others. */
  readonly kept: boolean
  /** Names of its sides. */
  readonly names: Sides
  /** Column and direction, and the filter, as in the URL. */
  readonly sort: string
  readonly filter: string
  readonly onChange: Navigate
}

/** What each function took per request on both sides. */
export const ChangesTable = memo((props: ChangesTableProps) => {
  const { diff, page, kept, names, sort: written, filter, onChange } = props
  const sort = useMemo(
    () => readSort(written, changeColumns, { column: 'change', descending: true }),
    [written],
  )
  const rows = useMemo(() => changeRows(diff, sort, filter), [diff, sort, filter])
  const onSort = (column: ChangeColumn) => onChange({ hot: writeSort(toggleSort(sort, column)) }, 'replace')
  return (
    <section class="panel" aria-labelledby="changes-title">
      <header class="panel-head">
        <h2 id="changes-title">Functions</h2>
        <p class="muted">
          {rows.length < diff.functions.length && `${count(rows.length)} of `}
          {plural(diff.functions.length, 'function')} of all code, whatever the graph shows · time in the
          function itself, per request
          {kept && ', mean of all kept ones'}
        </p>
        <FilterBox
          label="Filter functions"
          hotkey="/"
          value={filter}
          onInput={(find) => onChange({ find }, 'replace')}
        />
      </header>
      <VirtualRows
        class="functions changes"
        label="Changes by function"
        count={rows.length}
        head={<Head names={names} sort={sort} onSort={onSort} />}
        row={(i, place) => <Row key={i} place={place} row={rows[i]} page={page} names={names} />}
      />
      {rows.length === 0 && (
        <p class="empty-row">
          {filter === '' ? 'No function was in any sample.' : `No function matches “${filter}”.`}
        </p>
      )}
    </section>
  )
})

interface HeadProps extends Omit<Parameters<typeof SortHeader<ChangeColumn>>[0], 'column' | 'children'> {
  readonly names: Sides
}

function Head({ names, ...props }: HeadProps) {
  return (
    <tr aria-rowindex={1}>
      <SortHeader {...props} column="function">
        Function
      </SortHeader>
      <SortHeader {...props} column="base" class="wide-1" title="CPU in the function itself, per request">
        {names.base}
      </SortHeader>
      <SortHeader {...props} column="head" class="wide-1" title="CPU in the function itself, per request">
        {names.head}
      </SortHeader>
      <SortHeader {...props} column="change" title="By size, in either direction">
        Change
      </SortHeader>
      <th scope="col" class="wide-1" title="How far off the change can be (95 % confidence)">
        ±
      </th>
      <th scope="col" title="Whether the change stands out from chance">
        Certain?
      </th>
      <SortHeader {...props} column="total" class="wide-1" title="With everything it called">
        With callees
      </SortHeader>
    </tr>
  )
}

interface RowProps {
  readonly place: number
  readonly row: ChangeRow
  readonly page: Partial<Location> | undefined
  readonly names: Sides
}

function Row({ place, row, page, names }: RowProps) {
  const { info, self, total, baseSamples, headSamples } = row
  const samples = `${names.base}: ${plural(baseSamples, 'sample')}, ${names.head}: ${count(headSamples)}`
  const href = page && headSamples > 0 && writeLocation({ ...page, function: writeFunction(info) })
  return (
    <tr class={href ? 'row-link' : undefined} aria-rowindex={place}>
      <th scope="row">
        {href ? (
          <a href={href} title={`${searchTextOf(info)}\nOpen it in “${names.head}”`}>
            <FunctionName frame={info} />
          </a>
        ) : (
          <span class="change-name" title={searchTextOf(info)}>
            <FunctionName frame={info} />
          </span>
        )}
      </th>
      <td class="wide-1">
        <Ms ms={self.baseMs} />
      </td>
      <td class="wide-1">
        <Ms ms={self.headMs} />
      </td>
      <td class="num">{signed(self.differenceMs)}</td>
      <td class="wide-1 muted">{self.errorMs === null ? '–' : durationText(self.errorMs)}</td>
      <td class="verdict" data-verdict={self.verdict} title={samples}>
        {verdictNames[self.verdict]}
      </td>
      <td class="wide-1 verdict" data-verdict={total.verdict} title={verdictNames[total.verdict]}>
        <span aria-hidden="true">{signs[total.verdict]}</span>
        {signed(total.differenceMs)} <span class="hidden">{verdictNames[total.verdict]}</span>
      </td>
    </tr>
  )
}
