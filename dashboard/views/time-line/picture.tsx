import { useMemo, useRef, useState } from 'preact/hooks'
import type { RequestDetail } from '../../../plugin/model/wire.ts'
import { durationText } from '../../model/format.ts'
import { type At, walkLanes } from '../../model/lane-walk.ts'
import { type Item, timeLine } from '../../model/time-line.ts'
import { Axis } from './axis.tsx'
import { Box } from './box.tsx'
import { ItemTooltip } from './item-tooltip.tsx'

/** More lanes of waits are shown when asked for. */
const FEW_LANES = 8
/** Shorter queueing, as a part of the wall time, explains nothing; more than a millisecond is always shown. */
const LEAST_QUEUE = 0.05

/** The request's time from left to right. One stop for the Tab key; arrows move between the boxes. */
export function Picture({ request }: { readonly request: RequestDetail }) {
  const all = useMemo(() => timeLine(request), [request])
  const [whole, setWhole] = useState(false)
  const [cursor, setCursor] = useState<At>()
  const [seen, setSeen] = useState<{ readonly at: At; readonly x: number; readonly y: number }>()
  const root = useRef<HTMLDivElement>(null)
  const lanes = whole ? all : all.slice(0, FEW_LANES)
  const stop = cursor ?? { lane: lanes.findIndex(({ kind }) => kind === 'loop'), item: 0 }
  const wallUs = request.wallMs * 1000
  const queuedMs = request.queuedMs >= Math.min(1, request.wallMs * LEAST_QUEUE) ? request.queuedMs : 0
  const shown: Item | undefined = seen && lanes[seen.at.lane]?.items[seen.at.item]

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setSeen(undefined)
    if (event.altKey || event.ctrlKey || event.metaKey || placeOf(event.target) === undefined) return
    const next = walkLanes(
      lanes.map(({ items }) => items),
      stop,
      event.key,
    )
    if (next === undefined) return
    event.preventDefault()
    setCursor(next)
    root.current!.querySelector<HTMLElement>(`[data-at="${next.lane} ${next.item}"]`)!.focus()
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
      class={queuedMs > 0 ? 'time queued' : 'time'}
      ref={root}
      aria-label="Time line. Arrow keys move, Enter goes to who held the event loop."
      onKeyDown={onKeyDown}
      onPointerMove={onPoint}
      onPointerLeave={() => setSeen(undefined)}
      onFocusCapture={onFocus}
      onBlurCapture={() => setSeen(undefined)}
    >
      <Axis wallUs={wallUs} />
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
                stop={stop.lane === i && stop.item === j}
              />
            ))}
          </div>
        </div>
      ))}
      {lanes.length < all.length && (
        <button type="button" class="update time-more" onClick={() => setWhole(true)}>
          Show {all.length - lanes.length} more lanes
        </button>
      )}
      {shown !== undefined && <ItemTooltip item={shown} x={seen!.x} y={seen!.y} />}
    </section>
  )
}

function placeOf(target: EventTarget | null): At | undefined {
  const written = target instanceof Element ? target.closest('[data-at]')?.getAttribute('data-at') : undefined
  if (written == null) return undefined
  const [lane, item] = written.split(' ').map(Number)
  return { lane, item }
}
