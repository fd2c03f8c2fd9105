import { useMemo } from 'preact/hooks'
import type { Profile } from '../../plugin/model/profile.ts'
import { bounds } from '../model/certainty.ts'
import { count, percentText, plural } from '../model/format.ts'
import {
  type FunctionRow,
  filterFunctions,
  functionColumns,
  functionRows,
  sortFunctions,
} from '../model/functions.ts'
import type { Location } from '../model/location.ts'
import { searchTextOf } from '../model/names.ts'
import { readSort, toggleSort, writeSort } from '../model/order.ts'
import { FilterBox } from './filter-box.tsx'
import { FunctionName } from './function-name.tsx'
import { Ms, Percent } from './num.tsx'
import { SortHeader } from './sort-header.tsx'
import { VirtualRows } from './virtual-rows.tsx'

export interface HotFunctionsProps {
  readonly profile: Profile
  readonly location: Location
  readonly onChange: (change: Partial<Location>, how?: 'push' | 'replace') => void
}

export function HotFunctions({ profile, location, onChange }: HotFunctionsProps) {
  const all = useMemo(() => functionRows(profile), [profile])
  const sort = readSort(location.hot, functionColumns, { column: 'self', descending: true })
  const rows = useMemo(
    () => sortFunctions(filterFunctions(all, location.find), sort),
    [all, location.find, sort.column, sort.descending],
  )
  const head = {
    sort,
    onSort: (column: (typeof functionColumns)[number]) =>
      onChange({ hot: writeSort(toggleSort(sort, column)) }, 'replace'),
  }
  return (
    <section class="panel" aria-labelledby="hot-title">
      <header class="panel-head">
        <h2 id="hot-title">Hot functions</h2>
        <p class="muted">{plural(all.length, 'function')}</p>
        <FilterBox
          label="Filter functions"
          value={location.find}
          onInput={(find) => onChange({ find }, 'replace')}
        />
      </header>
      <VirtualRows
        class="functions"
        label="Hot functions"
        count={rows.length}
        head={
          <tr>
            <SortHeader {...head} column="function">
              Function
            </SortHeader>
            <SortHeader {...head} column="self" title="CPU in the function itself">
              Self
            </SortHeader>
            <SortHeader {...head} column="total" title="CPU in it and all it called; recursion counts once">
              Total
            </SortHeader>
            <SortHeader {...head} column="samples" class="wide-1" title="Samples that ended in it">
              Samples
            </SortHeader>
          </tr>
        }
        row={(i) => (
          <Row
            key={rows[i].frame}
            row={rows[i]}
            profile={profile}
            onPick={(search) => onChange({ search: location.search === search ? '' : search }, 'replace')}
          />
        )}
      />
      {rows.length === 0 && <p class="empty-row">No function matches.</p>}
    </section>
  )
}

interface RowProps {
  readonly row: FunctionRow
  readonly profile: Profile
  readonly onPick: (search: string) => void
}

function Row({ row, profile, onPick }: RowProps) {
  const { info } = row
  const self = profile.ownUs > 0 ? row.selfUs / profile.ownUs : 0
  const total = profile.ownUs > 0 ? row.totalUs / profile.ownUs : 0
  const { low, high } = bounds(self, profile.samples)
  return (
    <tr class="row-link">
      <th scope="row">
        <button type="button" onClick={() => onPick(searchTextOf(info))} title="Show it in the flame graph">
          <FunctionName frame={info} />
        </button>
      </th>
      <td class="own" title={`${percentText(low)} to ${percentText(high)}, 19 times out of 20`}>
        <Ms ms={row.selfUs / 1000} /> <Percent share={self} />
        <span class="bar" aria-hidden="true">
          <i style={{ width: `${self * 100}%` }} />
        </span>
      </td>
      <td>
        <span class="roomy">
          <Ms ms={row.totalUs / 1000} />{' '}
        </span>
        <Percent share={total} />
      </td>
      <td class={row.samples < 5 ? 'wide-1 none' : 'wide-1'}>{count(row.samples)}</td>
    </tr>
  )
}
