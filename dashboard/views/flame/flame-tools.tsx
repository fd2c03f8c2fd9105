import { NO_REQUEST } from '../../../plugin/model/labels.ts'
import type { Location, Navigate } from '../../model/location.ts'
import type { Matches } from '../../model/search.ts'
import { Segments } from '../segments.tsx'
import { OrderChoice } from './order-choice.tsx'
import { SearchBox } from './search-box.tsx'

export const details = [
  { value: false, name: 'My code', title: 'Libraries are folded into the function that your code called' },
  { value: true, name: 'Everything', title: 'Also what happens inside libraries' },
]

const levels = [
  { value: false, name: 'By call', title: 'Functions, as they called each other' },
  { value: true, name: 'By phase', title: "Fastify's phases first, what ran in each below" },
]

const directions = [
  { value: false, name: 'Top-down', title: 'Callers above, what they called below' },
  { value: true, name: 'Bottom-up', title: 'Where time went above, who called it below' },
]

export const forms = [
  { value: false, name: 'Graph' },
  { value: true, name: 'Table', title: 'The same as a table' },
]

export interface FlameToolsProps {
  readonly canFold: boolean
  /** Whether it is of one request, which can be shown in order of time. */
  readonly canOrder: boolean
  readonly matches: Matches | undefined
  /** Time of all, microseconds. */
  readonly span: number
  readonly location: Location
  readonly onChange: Navigate
}

/** The choices of how the call tree is shown. */
export function FlameTools({ canFold, canOrder, matches, span, location, onChange }: FlameToolsProps) {
  return (
    <div class="panel-tools">
      <SearchBox
        matches={matches}
        all={span}
        value={location.search}
        onInput={(search) => onChange({ search }, 'replace')}
      />
      {canFold && (
        <Segments
          label="Detail"
          choices={details}
          value={location.all}
          onChoose={(all) => onChange({ all, unfold: '', range: '' })}
        />
      )}
      {canOrder && <OrderChoice merged onChange={onChange} />}
      {location.file === undefined && location.route !== NO_REQUEST && (
        <Segments
          label="First level"
          choices={levels}
          value={location.phases}
          onChoose={(phases) => onChange({ phases, zoom: '', range: '' })}
        />
      )}
      <Segments
        label="Direction"
        choices={directions}
        value={location.inverted}
        onChoose={(value) => onChange({ inverted: value, zoom: '', range: '' })}
      />
      <Segments
        label="View"
        choices={forms}
        value={location.table}
        onChoose={(table) => onChange({ table })}
      />
    </div>
  )
}
