import { percentText, plural } from '../../model/format.ts'
import type { Matches } from '../../model/search.ts'
import { FilterBox } from '../filter-box.tsx'

export interface SearchBoxProps {
  /** Undefined while nothing is searched for. */
  readonly matches: Matches | undefined
  /** Time of all, microseconds. */
  readonly all: number
  readonly value: string
  readonly onInput: (text: string) => void
}

/** Searches a graph or chart for functions, and says what was found. */
export function SearchBox({ matches, all, value, onInput }: SearchBoxProps) {
  return (
    <>
      {matches !== undefined && <Found matches={matches} all={all} />}
      <FilterBox label="Search functions" hotkey="/" value={value} onInput={onInput} />
    </>
  )
}

function Found({ matches, all }: { readonly matches: Matches; readonly all: number }) {
  return (
    <p class="found" role="status">
      {matches.functions === 0 ? (
        'no match'
      ) : (
        <>
          <b>{percentText(matches.totalUs / all)}</b> in {plural(matches.functions, 'function')}
        </>
      )}
    </p>
  )
}
