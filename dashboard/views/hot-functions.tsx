import { useMemo } from 'preact/hooks'
import { callsSentence, callsText } from '../../plugin/model/calls.ts'
import { confidenceInterval } from '../../plugin/model/certainty.ts'
import type { Column, Profile } from '../../plugin/model/profile.ts'
import { count, percentText, plural } from '../model/format.ts'
import { writeFunction } from '../model/function-key.ts'
import {
  acrossOf,
  type FunctionColumn,
  type FunctionRow,
  filterFunctions,
  functionColumns,
  functionList,
  functionsOf,
  sortFunctions,
} from '../model/functions.ts'
import type { Navigate } from '../model/location.ts'
import { searchTextOf } from '../model/names.ts'
import { readSort, toggleSort, writeSort } from '../model/order.ts'
import { FilterBox } from './filter-box.tsx'
import { FunctionName } from './function-name.tsx'
import { memo } from './memo.ts'
import { Ms, Percent } from './num.tsx'
import { SortHeader } from './sort-header.tsx'
import { Sparkline } from './sparkline.tsx'
import { Skeleton } from './states.tsx'
import { useLater } from './use-later.ts'
import { useNear } from './use-near.ts'
import { VirtualRows } from './virtual-rows.tsx'

export interface HotFunctionsProps {
  readonly profile: Profile<Column>
  /** Column and direction, as in the URL. */
  readonly sort: string
  readonly filter: string
  /** The only origin that is shown; `''` for all. */
  readonly only: string
  /** The function that is opened, as in the URL. */
  readonly opened: string
  readonly onChange: Navigate
}

/** In profiles with more nodes, functions are added up only when the list is about to be seen. */
const LARGE = 20_000
const NO_ROWS = new Int32Array()

export const HotFunctions = memo((props: HotFunctionsProps) => {
  const { profile, filter, only, opened, onChange } = props
  const { place, near } = useNear<HTMLElement>()
  const isLarge = profile.tree.parent.length >= LARGE
  const all = useLater(functionList, profile, isLarge ? (near ? 'later' : 'not yet') : 'at once')
  const across = useMemo(() => acrossOf(profile), [profile])
  const sort = useMemo(
    () => readSort(props.sort, functionColumns, { column: 'self', descending: true }),
    [props.sort],
  )
  const mine = useMemo(() => all && functionsOf(all, only), [all, only])
  // Sorted before they are filtered, so that typing in the filter does not sort again.
  const sorted = useMemo(() => mine && sortFunctions(mine, sort), [mine, sort])
  const shown = useMemo(
    () => (mine && sorted ? filterFunctions(mine, sorted, filter) : NO_ROWS),
    [mine, sorted, filter],
  )
  const onSort = (column: FunctionColumn) => onChange({ hot: writeSort(toggleSort(sort, column)) }, 'replace')
  const onOpen = (key: string) => onChange({ function: key, line: '' })
  return (
    <section class="panel" aria-labelledby="hot-title" ref={place}>
      <header class="panel-head">
        <h2 id="hot-title">Hot functions</h2>
        <p class="muted">
          {mine !== undefined && shown.length < mine.rows.length && `${count(shown.length)} of `}
          {mine !== undefined && plural(mine.rows.length, 'function')}
          {profile.calls !== undefined && ` · ${callsSentence(profile.calls)}`}
        </p>
        <FilterBox
          label="Filter functions"
          value={filter}
          onInput={(find) => onChange({ find }, 'replace')}
        />
      </header>
      <VirtualRows
        class={profile.calls === undefined ? 'functions' : 'functions counted'}
        label="Hot functions"
        count={shown.length}
        head={
          <Head
            sort={sort}
            onSort={onSort}
            across={across !== undefined}
            calls={profile.calls !== undefined}
          />
        }
        row={(i, place) => {
          const row = mine!.rows[shown[i]]
          // Keyed by place: another order or filter reuses the existing rows.
          return (
            <Row
              key={i}
              place={place}
              row={row}
              profile={profile}
              across={across?.(row.frame)}
              opened={opened}
              onOpen={onOpen}
            />
          )
        }}
      />
      {all === undefined && <Skeleton rows={6} label="Adding up the functions" />}
      {all !== undefined && shown.length === 0 && <p class="empty-row">No function matches “{filter}”.</p>}
    </section>
  )
})

interface HeadProps extends Omit<Parameters<typeof SortHeader<FunctionColumn>>[0], 'column' | 'children'> {
  /** Whether the costs of functions from request to request are known. */
  readonly across: boolean
  /** Whether calls are counted. */
  readonly calls: boolean
}

function Head({ across, calls, ...props }: HeadProps) {
  return (
    <tr aria-rowindex={1}>
      <SortHeader {...props} column="function">
        Function
      </SortHeader>
      <SortHeader {...props} column="self" title="CPU in the function itself">
        Self
      </SortHeader>
      <SortHeader {...props} column="total" title="CPU in it and all it called; recursion counts once">
        Total
      </SortHeader>
      <SortHeader {...props} column="samples" class="wide-1" title="Samples taken in the function itself">
        Samples
      </SortHeader>
      <th scope="col" class="wide-1" title="How far off the share of all can be (95 % confidence)">
        ±
      </th>
      {calls && (
        <SortHeader {...props} column="calls" class="wide-1" title="Exact, in the requests that were counted">
          Calls
        </SortHeader>
      )}
      {across && (
        <th
          scope="col"
          class="trend"
          title="CPU in it and all it called, per request, from the first to the last"
        >
          Across requests
        </th>
      )}
    </tr>
  )
}

interface RowProps {
  readonly place: number
  readonly row: FunctionRow
  readonly profile: Profile<Column>
  /** Milliseconds from request to request; empty if it is too little to tell, undefined if nothing is known. */
  readonly across: readonly number[] | undefined
  readonly opened: string
  readonly onOpen: (key: string) => void
}

const RESUMES = 'Counted again after each await or yield'
/** A function with fewer samples has its ± shown as doubtful. */
const DOUBTFUL_BELOW = 5

function Row({ place, row, profile, across, opened, onOpen }: RowProps) {
  const { info, samples } = row
  const key = writeFunction(info)
  const self = row.selfUs / profile.ownUs
  const { low, high } = confidenceInterval(self, profile.samples)
  const few = samples < DOUBTFUL_BELOW
  return (
    <tr class="row-link" aria-rowindex={place}>
      <th scope="row">
        <button
          type="button"
          aria-current={opened === key ? 'true' : undefined}
          onClick={() => onOpen(key)}
          title={`${searchTextOf(info)}\nOpen the function: callers, callees, source lines`}
        >
          <FunctionName frame={info} />
        </button>
      </th>
      <td class="own" title={`${percentText(low)} to ${percentText(high)} (95 % confidence)`}>
        <Ms ms={row.selfUs / 1000} /> <Percent share={self} />
        <span class="bar" aria-hidden="true">
          <i style={{ width: `${self * 100}%` }} />
          <b style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }} />
        </span>
      </td>
      <td>
        <span class="roomy">
          <Ms ms={row.totalUs / 1000} />{' '}
        </span>
        <Percent share={row.totalUs / profile.ownUs} />
      </td>
      <td class={few ? 'wide-1 none' : 'wide-1'}>{count(samples)}</td>
      <td class={few ? 'wide-1 doubt' : 'wide-1'} title={few ? 'Too few samples to trust' : undefined}>
        {samples > 0 ? <Percent share={(high - low) / 2} /> : <span class="muted">–</span>}
      </td>
      {profile.calls !== undefined && (
        <td class="wide-1" title={row.calls?.resumes ? RESUMES : undefined}>
          {callsText(row.calls, count)}
        </td>
      )}
      {across !== undefined && (
        <td class="trend">
          <Sparkline values={across} label="CPU per request in it and all it called, first to last" />
        </td>
      )}
    </tr>
  )
}
