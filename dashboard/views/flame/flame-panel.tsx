import type { ComponentChildren, Ref } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Profile } from '../../../plugin/model/profile.ts'
import type { Palette } from '../../model/colours.ts'
import { percentText, plural } from '../../model/format.ts'
import type { Location } from '../../model/location.ts'
import { readPath, writePath } from '../../model/path.ts'
import { picture } from '../../model/picture.ts'
import { readRange, writeRange } from '../../model/range.ts'
import { type Matches, search } from '../../model/search.ts'
import { FilterBox } from '../filter-box.tsx'
import { Segments } from '../segments.tsx'
import { Crumbs } from './crumbs.tsx'
import { FlameGraph } from './flame-graph.tsx'
import { Legend } from './legend.tsx'

export interface FlamePanelProps {
  readonly profile: Profile
  readonly colours: Palette
  readonly location: Location
  readonly onChange: (change: Partial<Location>, how?: 'push' | 'replace') => void
  readonly searchRef: Ref<HTMLInputElement>
  /** What stands beside the title. */
  readonly children: ComponentChildren
}

const directions = [
  { value: false, name: 'Top-down', title: 'Callers above, what they called below' },
  { value: true, name: 'Bottom-up', title: 'Where time went above, who called it below' },
]

export function FlamePanel(props: FlamePanelProps) {
  const { profile, colours, location, onChange } = props
  const { frames } = profile
  const drawn = useMemo(() => picture(profile, location.inverted), [profile, location.inverted])
  const { boxes } = drawn
  const matches = useMemo(() => search(frames, drawn, location.search), [frames, drawn, location.search])
  const focus = useMemo(() => readPath(frames, boxes, location.zoom), [frames, boxes, location.zoom])
  const focusRange = useMemo(() => ({ from: boxes.start[focus], to: boxes.end[focus] }), [boxes, focus])
  const range = useMemo(
    () => readRange(location.range, focusRange, boxes.end[0]),
    [location.range, focusRange, boxes],
  )
  const onFocus = (box: number) => onChange({ zoom: writePath(frames, boxes, box), range: '' })
  return (
    <section class="panel flame-panel" aria-labelledby="flame-title">
      <header class="panel-head">
        <h2 id="flame-title">Flame graph</h2>
        {props.children}
        <div class="panel-tools">
          {matches !== undefined && <Found matches={matches} all={drawn.totalUs[0]} />}
          <FilterBox
            label="Search functions"
            hotkey="/"
            inputRef={props.searchRef}
            value={location.search}
            onInput={(text) => onChange({ search: text }, 'replace')}
          />
          <Segments
            label="Direction of the graph"
            choices={directions}
            value={location.inverted}
            onChoose={(inverted) => onChange({ inverted, zoom: '', range: '' })}
          />
        </div>
      </header>
      <Crumbs frames={frames} boxes={boxes} focus={focus} onFocus={onFocus} />
      <FlameGraph
        profile={profile}
        picture={drawn}
        matches={matches}
        colours={colours}
        focus={focus}
        range={range}
        onFocus={onFocus}
        onRange={(seen) => onChange({ range: writeRange(seen, focusRange) }, 'replace')}
      />
      <Legend profile={profile} />
    </section>
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
