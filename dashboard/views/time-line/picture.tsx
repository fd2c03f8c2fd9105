import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { RequestDetail } from '../../../plugin/model/wire/requests.ts'
import { durationText, plural } from '../../model/format.ts'
import { type At, nearestOf, walkLanes } from '../../model/lane-walk.ts'
import { knownQueueMs } from '../../model/queue.ts'
import { type Range, whole } from '../../model/range.ts'
import { type Item, timeLine } from '../../model/time-line.ts'
import { Axis } from './axis.tsx'
import { Box } from './box.tsx'
import { ItemTooltip } from './item-tooltip.tsx'

/** More lanes than this are shown on request. */
const FEW_LANES = 8
/** Queueing for a smaller share of the wall time explains nothing; more than a millisecond is always shown. */
const LEAST_QUEUE = 0.05

export interface PictureProps {
  readonly request: RequestDetail
  /** The visible part. */
  readonly range: Range
  readonly onZoom: ((range: Range) => void) | undefined
}

/** The request's time from left to right. One stop for the Tab key; arrows move between the boxes. */
export function Picture({ request, range, onZoom }: PictureProps) {
  const seenUs = range.to - range.from
  const all = useMemo(() => timeLine(request, seenUs), [request, seenUs])
  const [every, setEvery] = useState(false)
  const [cursor, setCursor] = useState<At>()
  const [seen, setSeen] = useState<{ readonly at: At; readonly x: number; readonly y: number }>()
  const root = useRef<HTMLDivElement>(null)
  const lanes = every ? all : all.slice(0, FEW_LANES)
  const items = lanes.map((lane) => lane.items)
  const stop = nearestOf(items, cursor ?? { lane: lanes.findIndex(({ kind }) => kind === 'loop'), item: 0 })
  const stopBox = ({ lane, item }: At) =>
    root.current!.querySelector<HTMLElement>(`[data-at="${lane} ${item}"]`)
  const hadFocus = root.current?.contains(document.activeElement)
  useLayoutEffect(() => {
    // The box that had the focus may be outside this part.
    if (hadFocus && !root.current!.contains(document.activeElement)) stopBox(stop)?.focus()
  })
  const wallUs = request.wallMs * 1000
  const queuedMs = shownQueue(request)
  const shown: Item | undefined = seen && lanes[seen.at.lane]?.items[seen.at.item]

  const zoomTo = ({ lane, item }: At) => {
    const { route, startUs, endUs } = lanes[lane].items[item]
    if (route === undefined && endUs > startUs) onZoom?.({ from: startUs, to: Math.min(endUs, wallUs) })
  }
  const onClick = (event: MouseEvent) => {
    const at = placeOf(event.target)
    if (at !== undefined) zoomTo(at)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setSeen(undefined)
      onZoom?.(whole(wallUs))
    }
    const here = placeOf(event.target)
    if (event.altKey || event.ctrlKey || event.metaKey || here === undefined) return
    if (event.key === 'Enter' || event.key === ' ') zoomTo(here)
    const next = event.key === ' ' ? here : walkLanes(items, stop, event.key)
    if (next === undefined) return
    event.preventDefault()
    setCursor(next)
    stopBox(next)!.focus()
  }
  // The button is gone then, and the focus goes to the stop: the first box that it has brought.
  const showEvery = () => {
    setEvery(true)
    setCursor({ lane: lanes.length, item: 0 })
  }
  const onPoint = (event: PointerEvent) => {
    const at = placeOf(event.target)
    setSeen(at && { at, x: event.clientX, y: event.clientY })
  }
  const onFocus = (event: FocusEvent) => {
    const at = placeOf(event.target)
    if (at === undefined) return
    setCursor(at)
    const { left, bottom } = (event.target as Element).getBoundingClientRect()
    if ((event.target as Element).matches(':focus-visible')) setSeen({ at, x: left, y: bottom })
  }
  return (
    <section
      class="time"
      ref={root}
      aria-label="Time line. Arrow keys move, Enter zooms, or opens the route that held the event loop; Escape shows all."
      onClick={onClick}
      onKeyDown={onKeyDown}
      onPointerMove={onPoint}
      onPointerLeave={() => setSeen(undefined)}
      onFocusCapture={onFocus}
      onBlurCapture={() => setSeen(undefined)}
    >
      <Axis wallUs={wallUs} range={range} />
      {lanes.map((lane, i) => (
        <div class={`time-row time-${lane.kind}`} key={i}>
          <span class="time-title">{lane.title}</span>
          {queuedMs > 0 && lane.kind === 'loop' && (
            <span class="time-queue" title={`At most ${durationText(queuedMs)} queued before onRequest`}>
              ≤ {durationText(queuedMs)}
            </span>
          )}
          <div class="time-lane">
            {lane.items.map((item, j) => (
              <Box
                key={j}
                item={item}
                at={`${i} ${j}`}
                wallUs={wallUs}
                range={range}
                canZoom={onZoom !== undefined}
                stop={stop.lane === i && stop.item === j}
              />
            ))}
          </div>
        </div>
      ))}
      {lanes.length < all.length && (
        <button type="button" class="update time-more" onClick={showEvery}>
          Show {plural(all.length - lanes.length, 'more lane')}
        </button>
      )}
      {shown !== undefined && <ItemTooltip item={shown} x={seen!.x} y={seen!.y} />}
    </section>
  )
}

/** Queueing before the request, milliseconds; 0 if it is not known or not worth showing. */
export function shownQueue(request: RequestDetail): number {
  const queuedMs = knownQueueMs(request)
  return queuedMs >= Math.min(1, request.wallMs * LEAST_QUEUE) ? queuedMs : 0
}

function placeOf(target: EventTarget | null): At | undefined {
  const written = target instanceof Element ? target.closest('[data-at]')?.getAttribute('data-at') : undefined
  if (written == null) return undefined
  const [lane, item] = written.split(' ').map(Number)
  return { lane, item }
}
