import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { nameOf } from '../../../plugin/model/names.ts'
import type { Column, Profile } from '../../../plugin/model/profile.ts'
import { type Boxes, rowCount, rowOf } from '../../model/boxes.ts'
import { colourClasses, type Palette } from '../../model/colours.ts'
import type { NodeChanges } from '../../model/diff-picture.ts'
import { isFold } from '../../model/fold.ts'
import type { Picture } from '../../model/picture.ts'
import type { Range } from '../../model/range.ts'
import type { Matches } from '../../model/search.ts'
import { widest } from '../../model/visible.ts'
import { usePrinting } from '../use-printing.ts'
import { stepOf } from './keys.ts'
import { LEAST_BOXES, Minimap } from './minimap.tsx'
import { PAPER_ROWS, type Subject } from './stage.ts'
import { Tooltip } from './tooltip.tsx'
import { useCursor } from './use-cursor.ts'
import { useStage } from './use-stage.ts'
import { areaOn, placeOn, type Settled, VisibleBoxes } from './visible-boxes.tsx'

export interface FlameGraphProps {
  readonly profile: Profile<Column>
  readonly picture: Picture
  readonly matches: Matches | undefined
  readonly colours: Palette
  /** The zoomed box; 0 for all. */
  readonly focus: number
  readonly range: Range
  /** By node, what is folded into it; undefined if nothing is. */
  readonly folds: Uint8Array | undefined
  /** In a comparison, the changes: they decide the colours and the text of each box. */
  readonly changes?: NodeChanges
  /** `replace` if a click just before has already made a step in the history. */
  readonly onFocus: (box: number, how?: 'replace') => void
  readonly onUnfold: (box: number) => void
  readonly onOpen: (box: number) => void
  readonly onRange: (range: Range) => void
  /** Called with the range that is drawn, also while it moves. */
  readonly onDraw?: (range: Range) => void
  /** Element that holds the graph and a time line, on which the wheel zooms and pans too. */
  readonly wheelArea?: RefObject<HTMLElement | null>
}

/** How much nearer than beside a pointer the details of a box stand to it, pixels. */
const INSET = 10

export function FlameGraph(props: FlameGraphProps) {
  const { profile, picture, focus, range, folds, changes, onFocus, onUnfold, onOpen, onRange } = props
  const { boxes, inverted } = picture
  const [at, moveTo] = useCursor({ frames: profile.frames, boxes, inverted, focus })
  /** Whether keys have moved since the pointer did: the box they are at tells what a box under the pointer tells. */
  const [byKeys, setByKeys] = useState(false)
  const onLook = useRef<(range: Range) => void>(null)
  const { scroller, canvas, stage, hover, settled } = useStage({
    boxes,
    onPick(box) {
      moveTo(box)
      onFocus(box)
    },
    onReset: () => onFocus(0, 'replace'),
    onRange,
    onDraw(range) {
      onLook.current?.(range)
      props.onDraw?.(range)
    },
    wheelArea: props.wheelArea,
  })
  const subject = useSubject(stage, props)

  const shown = useRef<Boxes>(undefined)
  useLayoutEffect(() => {
    stage.current!.look(range, shown.current === boxes ? 'glide' : 'at once')
    shown.current = boxes
  }, [stage, boxes, range])

  useEffect(() => stage.current!.scrollTo(at), [stage, boxes, focus])

  const onKeyDown = (event: KeyboardEvent) => {
    const action = stepOf(event, boxes, at)
    setByKeys(action !== undefined && event.key !== 'Escape')
    if (action === undefined) return
    event.preventDefault()
    if (action.type === 'zoom') onFocus(action.box)
    else if (action.type === 'open') onOpen(at)
    else if (action.type === 'unfold') {
      if (isFold(folds, boxes.node[at])) onUnfold(at)
    } else if (action.type === 'scale') stage.current!.zoomOn(at, action.factor)
    else {
      moveTo(action.box)
      stage.current!.reveal(action.box)
    }
  }

  const seen = useMemo(
    () => (settled === undefined ? [] : elementsOf(boxes, settled, at)),
    [boxes, settled, at],
  )
  const hovered = hover.box >= 0
  const isCut = usePrinting() && rowCount(boxes) > PAPER_ROWS
  const space = { height: `${rowCount(boxes) * (settled?.rowHeight ?? 20)}px` }
  // A graph that moves together with a time line needs no minimap.
  const hasMap = props.wheelArea === undefined && boxes.node.length >= LEAST_BOXES
  return (
    <div class="flame">
      {settled !== undefined && hasMap && (
        <Minimap
          {...{ subject, onLook }}
          width={settled.width}
          seen={settled.range}
          onMove={(us) => {
            const { from, to } = stage.current!.range()
            stage.current!.pan(us / (to - from))
          }}
        />
      )}
      <div
        class="flame-scroller"
        ref={scroller}
        role="tree"
        tabIndex={0}
        aria-label={`${picture.inOrder ? 'Flame chart' : 'Flame graph'} of ${profile.title}. Arrow keys move, Enter zooms, Escape shows all.`}
        aria-activedescendant={seen.includes(at) ? `box-${at}` : undefined}
        onKeyDown={onKeyDown}
        onBlur={() => setByKeys(false)}
        onPointerMove={() => setByKeys(false)}
        onWheel={() => setByKeys(false)}
      >
        <div class="flame-sticky" aria-hidden="true">
          <canvas ref={canvas} />
        </div>
        <div class="flame-space" role="presentation" style={space}>
          {settled !== undefined && (
            <VisibleBoxes
              frames={profile.frames}
              cursor={at}
              {...{ picture, seen, settled, folds, onUnfold, changes }}
            />
          )}
          {settled !== undefined && hovered && (
            <div class="flame-hover" role="presentation" style={placeOn(boxes, settled, hover.box)} />
          )}
        </div>
      </div>
      {isCut && <p class="empty-row">{`The first ${PAPER_ROWS} of ${rowCount(boxes)} rows.`}</p>}
      {hovered && !byKeys && <Tooltip frames={profile.frames} {...{ picture, focus, changes }} {...hover} />}
      {byKeys && settled !== undefined && (
        <Tooltip
          frames={profile.frames}
          {...{ picture, focus, changes }}
          {...below(scroller.current!, boxes, settled, at)}
        />
      )}
    </div>
  )
}

/** A box, and the point of the window below its start. */
function below(scroller: HTMLElement, boxes: Boxes, settled: Settled, box: number) {
  const { left, top } = scroller.getBoundingClientRect()
  const area = areaOn(boxes, settled, box)
  const y = top - scroller.scrollTop + area.top + area.height
  return { box, x: left + area.left - INSET, y: y - INSET }
}

/** Keeps the stage's subject in line with the properties. */
function useSubject(stage: ReturnType<typeof useStage>['stage'], props: FlameGraphProps): Subject {
  const { profile, picture, matches, colours, focus, folds, changes } = props
  const { boxes } = picture
  const labels = useMemo(() => changes?.labels ?? profile.frames.map(nameOf), [profile, changes])
  const classes = useMemo(() => changes?.classes ?? colourClasses(profile.frames), [profile, changes])
  const focusRow = rowOf(boxes, focus)
  const subject = useMemo(
    () => ({ boxes, labels, classes, matches, colours, folds, focusRow }),
    [boxes, labels, classes, matches, colours, folds, focusRow],
  )
  useLayoutEffect(() => stage.current!.show(subject), [stage, subject])
  return subject
}

/** So many of the boxes on the screen exist for screen readers and the focus; the canvas shows all. */
const MOST_ELEMENTS = 200

/** The boxes that exist as elements: the widest on the screen, and the one with the keyboard cursor. */
function elementsOf(boxes: Boxes, { range, width }: Settled, cursor: number): number[] {
  const found = widest(boxes, range, MOST_ELEMENTS, (range.to - range.from) / Math.max(width, 1))
  return found.includes(cursor) ? found : [...found, cursor]
}
