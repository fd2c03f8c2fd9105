import { useCallback, useMemo } from 'preact/hooks'
import { nameOf } from '../../../plugin/model/names.ts'
import type { Palette } from '../../model/colours.ts'
import { isFunction, writeFunction } from '../../model/function-key.ts'
import type { Location, Navigate } from '../../model/location.ts'
import { readPath, toggleCode, writePath } from '../../model/path.ts'
import { type Picture, picture } from '../../model/picture.ts'
import { readRange, writeRange } from '../../model/range.ts'
import { search } from '../../model/search.ts'
import type { Sight } from '../../model/sight.ts'
import { LookingAt } from '../looking-at.tsx'
import { memo } from '../memo.ts'
import { CallTree } from './call-tree.tsx'
import { Crumbs } from './crumbs.tsx'
import { FlameGraph } from './flame-graph.tsx'
import { FlameTools } from './flame-tools.tsx'
import { OriginsBar } from './origins-bar.tsx'

export interface FlamePanelProps {
  readonly sight: Sight
  /** Its picture, if that was prepared. */
  readonly made: Picture | undefined
  /** Own CPU of the whole profile, microseconds. */
  readonly wholeUs: number
  readonly colours: Palette
  readonly location: Location
  readonly onChange: Navigate
  /** Requests that ended since the profile was made. */
  readonly newer: number
  /** Which requests are selected; undefined when all are. */
  readonly selected: string | undefined
  /** Whether the last attempt to reload it failed. */
  readonly failed: boolean
  readonly onUpdate: () => void
  /** Whether it is of one request, which can be shown in order of time. */
  readonly canOrder: boolean
}

/** The call tree of a profile, as a picture or as a table. */
export const FlamePanel = memo((props: FlamePanelProps) => {
  const { sight, made, colours, location, onChange } = props
  const { profile, folds, only } = sight
  const { frames } = profile
  const { inverted, zoom, range: seen } = location
  const drawn = useMemo(() => made ?? picture(profile, inverted), [made, profile, inverted])
  const { boxes } = drawn
  const span = boxes.end[0]
  const matches = useMemo(() => search(frames, drawn, location.search), [frames, drawn, location.search])
  const focus = useMemo(() => readPath(frames, boxes, zoom), [frames, boxes, zoom])
  const focusRange = useMemo(() => ({ from: boxes.start[focus], to: boxes.end[focus] }), [boxes, focus])
  const range = useMemo(() => readRange(seen, focusRange, span), [seen, focusRange, span])
  const focused = frames[boxes.frame[focus]]
  // Kept the same, so that parts that do not depend on newer requests are not drawn again for them.
  const onOnly = useCallback((key: string) => onChange({ only: key, zoom: '', range: '' }), [onChange])
  const onUnfold = useCallback(
    (box: number) => onChange({ unfold: toggleCode(location.unfold, frames[boxes.frame[box]]), range: '' }),
    [onChange, location.unfold, frames, boxes],
  )

  const shared = {
    matches,
    focus,
    picture: drawn,
    folds: inverted ? undefined : folds,
    onFocus: (box: number, how?: 'replace') =>
      onChange({ zoom: writePath(frames, boxes, box), range: '' }, how),
    onOpen: (box: number) => {
      const frame = frames[boxes.frame[box]]
      if (isFunction(frame)) onChange({ function: writeFunction(frame), line: '' })
    },
    onUnfold,
  }
  return (
    <section class="panel flame-panel" aria-labelledby="flame-title">
      <header class="panel-head">
        <h2 id="flame-title">{location.table ? 'Call tree' : 'Flame graph'}</h2>
        <LookingAt
          profile={profile}
          wholeUs={props.wholeUs}
          selected={props.selected}
          onAllRequests={() => onChange({ wall: '', started: '' })}
          only={only}
          onAllCode={() => onOnly('')}
          newer={props.newer}
          failed={props.failed}
          onUpdate={props.onUpdate}
        />
        <FlameTools
          canFold={sight.canFold}
          canOrder={props.canOrder}
          matches={matches}
          span={span}
          location={location}
          onChange={onChange}
        />
      </header>
      <OriginsBar origins={sight.origins} only={only} onOnly={onOnly} />
      <div class="flame-line">
        <Crumbs frames={frames} boxes={boxes} focus={focus} onFocus={shared.onFocus} />
        {isFunction(focused) && (
          <button
            type="button"
            class="link"
            title="Callers, callees and source lines (o)"
            onClick={() => shared.onOpen(focus)}
          >
            Open {nameOf(focused)}
          </button>
        )}
        <p class="hint">
          {location.table ? 'Enter zooms' : 'Click zooms, Ctrl + wheel and drag move'}, Esc shows all
        </p>
      </div>
      {location.table ? (
        <CallTree {...shared} frames={frames} />
      ) : (
        <FlameGraph
          {...shared}
          profile={profile}
          colours={colours}
          range={range}
          onRange={(now) => onChange({ range: writeRange(now, focusRange) }, 'replace')}
        />
      )}
    </section>
  )
})
