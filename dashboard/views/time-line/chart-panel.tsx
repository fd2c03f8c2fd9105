import type { RefObject } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Chart, Column } from '../../../plugin/model/profile.ts'
import type { Palette } from '../../model/colours.ts'
import { PLAIN } from '../../model/fold.ts'
import { durationText, rangeText } from '../../model/format.ts'
import { isFunction, writeFunction } from '../../model/function-key.ts'
import type { Location, Navigate } from '../../model/location.ts'
import { type DrawnChart, drawChart } from '../../model/opened.ts'
import { toggleCode } from '../../model/path.ts'
import { type Range, readRange, whole, writeRange } from '../../model/range.ts'
import { search } from '../../model/search.ts'
import type { Sight } from '../../model/sight.ts'
import type { TimeOrder } from '../../model/time-order.ts'
import { CallTree } from '../flame/call-tree.tsx'
import { FlameGraph, type FlameGraphProps } from '../flame/flame-graph.tsx'
import { details, forms } from '../flame/flame-tools.tsx'
import { OrderChoice } from '../flame/order-choice.tsx'
import { OriginsBar } from '../flame/origins-bar.tsx'
import { SearchBox } from '../flame/search-box.tsx'
import { LookingAt } from '../looking-at.tsx'
import { memo } from '../memo.ts'
import { Segments } from '../segments.tsx'
import { usePointerLine } from './use-pointer-line.ts'
import { useView } from './use-view.ts'

export interface ChartPanelProps {
  readonly chart: Chart<Column>
  readonly sight: Sight
  /** Its picture, if that was prepared. */
  readonly made: DrawnChart | undefined
  readonly colours: Palette
  readonly location: Location
  readonly onChange: Navigate
  /** Whether the last attempt to reload it failed. */
  readonly failed: boolean
  readonly onUpdate: () => void
  /** The element that holds the time line and this panel. */
  readonly area: RefObject<HTMLElement | null>
}

/** What a request ran in order of time, as a picture on the axis of the time line above, or as a table. */
export const ChartPanel = memo((props: ChartPanelProps) => {
  const { chart, sight, made, location, onChange, area } = props
  const { wallUs } = chart
  const { shown, picture } = useMemo(() => made ?? drawChart(chart, sight), [made, chart, sight])
  const { frames } = shown
  const { boxes, totalUs, totalSamples } = picture
  // The picture ends with the response. Each of its turns is in whole microseconds: their sum is not as exact.
  const wholeUs = chart.ownUs - chart.afterUs
  const ownUs = sight.only === undefined ? wholeUs : totalUs[0]
  const drawn = useMemo(() => ({ ...shown, ownUs, samples: totalSamples[0] }), [shown, ownUs, totalSamples])
  const unsampledUs = useMemo(() => unsampledIn(chart), [chart])
  const folds = useMemo(() => foldsOf(sight, picture), [sight, picture])
  const matches = useMemo(() => search(frames, picture, location.search), [frames, picture, location.search])
  const all = useMemo(() => whole(wallUs), [wallUs])
  const range = useMemo(() => readRange(location.range, all, wallUs), [location.range, all, wallUs])
  const zoomed = range.from > 0 || range.to < wallUs

  const look = (to: Range, how?: 'push' | 'replace') => onChange({ range: writeRange(to, all) }, how)
  const shared = {
    picture,
    matches,
    folds,
    focus: 0,
    onFocus: (box: number, how?: 'replace') => look({ from: boxes.start[box], to: boxes.end[box] }, how),
    onOpen: (box: number) => {
      const frame = frames[boxes.frame[box]]
      if (isFunction(frame)) onChange({ function: writeFunction(frame), line: '' })
    },
    onUnfold: (box: number) => onChange({ unfold: toggleCode(location.unfold, frames[boxes.frame[box]]) }),
  }
  const onOnly = (key: string) => onChange({ only: key })
  return (
    <section class="panel flame-panel chart-panel" aria-labelledby="chart-title">
      <header class="panel-head">
        <h2 id="chart-title">{location.table ? 'Calls in order of time' : 'Flame chart'}</h2>
        <LookingAt
          profile={drawn}
          wholeUs={wholeUs}
          unsampledUs={sight.only === undefined ? unsampledUs : 0}
          only={sight.only}
          onAllCode={() => onOnly('')}
          failed={props.failed}
          onUpdate={props.onUpdate}
        />
        <div class="panel-tools">
          <SearchBox
            matches={matches}
            all={totalUs[0]}
            value={location.search}
            onInput={(text) => onChange({ search: text }, 'replace')}
          />
          {sight.canFold && (
            <Segments
              label="Detail"
              choices={details}
              value={location.all}
              onChoose={(value) => onChange({ all: value, unfold: '' })}
            />
          )}
          <OrderChoice merged={false} onChange={onChange} />
          <Segments
            label="View"
            choices={forms}
            value={location.table}
            onChoose={(table) => onChange({ table })}
          />
        </div>
      </header>
      <OriginsBar origins={sight.origins} only={sight.only} onOnly={onOnly} />
      {location.table ? (
        <CallTree {...shared} frames={frames} />
      ) : (
        <>
          <div class="flame-line">
            <nav class="flame-crumbs" aria-label="Zoomed to">
              <button type="button" aria-current={!zoomed} onClick={() => look(all)}>
                all
              </button>
              {zoomed && <span>{rangeText(range, wallUs)}</span>}
            </nav>
            <p class="hint">Click zooms, Ctrl + wheel and drag move, Esc shows all</p>
          </div>
          <AlignedGraph
            {...shared}
            profile={shown}
            colours={props.colours}
            range={range}
            onRange={(now) => look(now, 'replace')}
            wheelArea={area}
          />
        </>
      )}
      {sight.only === undefined && (
        <p class="time-note">
          {unsampledUs > 0 && (
            <>
              <b>{durationText(unsampledUs / 1000)}</b> were not sampled: what ran then is not known.{' '}
            </>
          )}
          {chart.afterUs > 0 && (
            <>
              <b>{durationText(chart.afterUs / 1000)}</b> more came after the response: only the merged graph
              shows them.{' '}
            </>
          )}
          {(unsampledUs > 0 || chart.afterUs > 0) && chart.samples > 0 && (
            <>
              The origins and the hot functions share all <b>{durationText(chart.ownUs / 1000)}</b>, as the
              samples tell.
            </>
          )}
        </p>
      )}
    </section>
  )
})

/** Own CPU before the response of which no sample tells what ran, microseconds. */
function unsampledIn({ spans }: Chart<Column>): number {
  let us = 0
  for (let i = 0; i < spans.node.length; i++) if (spans.node[i] === 0) us += spans.endUs[i] - spans.startUs[i]
  return us
}

/** By box, what is folded into it. */
function foldsOf({ folds }: Sight, { treeNode }: TimeOrder): Uint8Array | undefined {
  return folds && Uint8Array.from(treeNode, (node) => (node < 0 ? PLAIN : folds[node]))
}

/** A graph that the time line follows, with a pointer line through both. */
function AlignedGraph(props: FlameGraphProps & { readonly wheelArea: RefObject<HTMLElement | null> }) {
  const { wheelArea, picture } = props
  usePointerLine(wheelArea)
  return <FlameGraph {...props} onDraw={useView(wheelArea, picture.boxes.end[0])} />
}
