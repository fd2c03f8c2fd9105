import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Profile } from '../../../plugin/model/profile.ts'
import { type Boxes, rowCount, rowOf } from '../../model/boxes.ts'
import { colourClasses, type Palette } from '../../model/colours.ts'
import { nameOf } from '../../model/names.ts'
import type { Picture } from '../../model/picture.ts'
import { type Range, sameRange } from '../../model/range.ts'
import type { Matches } from '../../model/search.ts'
import { widest } from '../../model/visible.ts'
import { addGestures } from './gestures.ts'
import { stepOf } from './keys.ts'
import { createStage, type Stage } from './stage.ts'
import { Tooltip } from './tooltip.tsx'
import { VisibleBoxes } from './visible-boxes.tsx'

export interface FlameGraphProps {
  readonly profile: Profile
  readonly picture: Picture
  readonly matches: Matches | undefined
  readonly colours: Palette
  /** The zoomed box; 0 for all. */
  readonly focus: number
  readonly range: Range
  readonly onFocus: (box: number) => void
  /** The part that is seen has changed by hand. */
  readonly onRange: (range: Range) => void
}

/** Boxes that exist as elements too, for screen readers and tests. */
const ELEMENTS = 200

interface Hover {
  readonly box: number
  readonly x: number
  readonly y: number
}

const NOWHERE: Hover = { box: -1, x: 0, y: 0 }

export function FlameGraph(props: FlameGraphProps) {
  const { profile, picture, matches, colours, focus, range } = props
  const { boxes } = picture
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const stage = useRef<Stage>(undefined)
  const latest = useRef(props)
  latest.current = props
  const [hover, setHover] = useState(NOWHERE)
  const [cursor, setCursor] = useState(focus)
  const [settled, setSettled] = useState<Settled>()

  useLayoutEffect(() => {
    const element = scroller.current!
    let moved = false
    const onSettle = () => {
      setSettled({ range: created.range(), width: created.width(), rowHeight: created.rowHeight() })
      if (moved) latest.current.onRange(created.range())
      moved = false
    }
    const created = createStage(element, canvas.current!, onSettle)
    stage.current = created
    const removeGestures = addGestures(element, created, {
      onPick(box) {
        setCursor(box)
        latest.current.onFocus(box)
      },
      onReset: () => latest.current.onFocus(0),
      onHover: (box, x, y) => setHover(box < 0 ? NOWHERE : { box, x, y }),
      onMove() {
        moved = true
      },
    })
    return () => {
      removeGestures()
      created.close()
    }
  }, [])

  const labels = useMemo(() => profile.frames.map(nameOf), [profile])
  const classes = useMemo(() => colourClasses(profile.frames), [profile])
  const focusRow = rowOf(boxes, focus)

  useLayoutEffect(() => {
    stage.current!.show({ boxes, labels, classes, matches, colours, focusRow })
  }, [boxes, labels, classes, matches, colours, focusRow])

  const shown = useRef<Boxes>(undefined)
  useLayoutEffect(() => {
    stage.current!.look(range, shown.current === boxes ? 'glide' : 'at once')
    shown.current = boxes
  }, [boxes, range])

  // The zoomed row is brought into view, and the cursor is never on a box of another profile.
  useEffect(() => {
    setCursor(focus)
    const element = scroller.current!
    const top = focusRow * stage.current!.rowHeight()
    const inView = top >= element.scrollTop && top < element.scrollTop + element.clientHeight
    if (!inView) element.scrollTop = Math.max(0, top - 3 * stage.current!.rowHeight())
  }, [boxes, focus, focusRow])

  const onKeyDown = (event: KeyboardEvent) => {
    const at = boxes.node.length > cursor ? cursor : 0
    const action = stepOf(event, boxes, at)
    if (action === undefined) return
    event.preventDefault()
    if (action.type === 'move') setCursor(action.box)
    else if (action.type === 'zoom') props.onFocus(action.box)
    else {
      const { left, width } = scroller.current!.getBoundingClientRect()
      stage.current!.zoom(left + width / 2, action.factor)
    }
  }

  const seen = useMemo(
    () => (settled === undefined ? [] : boxesToName(boxes, settled, cursor)),
    [boxes, settled, cursor],
  )
  const rowPixels = settled?.rowHeight ?? 20
  const still = settled !== undefined && sameRange(settled.range, range, boxes.end[0])

  return (
    <div class="flame">
      <div
        class="flame-scroller"
        ref={scroller}
        role="tree"
        tabIndex={0}
        aria-label={`Flame graph of ${profile.title}. Arrow keys move, Enter zooms, Escape resets.`}
        aria-activedescendant={seen.includes(cursor) ? `box-${cursor}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div class="flame-sticky" aria-hidden="true">
          <canvas ref={canvas} />
        </div>
        <div
          class="flame-space"
          role="presentation"
          style={{ height: `${rowCount(boxes) * rowPixels}px` }}
          data-still={still}
        >
          {settled !== undefined && (
            <VisibleBoxes
              frames={profile.frames}
              picture={picture}
              seen={seen}
              cursor={cursor}
              hover={hover.box}
              {...settled}
            />
          )}
        </div>
      </div>
      {hover.box >= 0 && hover.box < boxes.node.length && (
        <Tooltip frames={profile.frames} picture={picture} focus={focus} {...hover} />
      )}
    </div>
  )
}

interface Settled {
  readonly range: Range
  readonly width: number
  readonly rowHeight: number
}

/** The widest boxes on the screen, and the one that the keyboard is on. */
function boxesToName(boxes: Boxes, { range, width }: Settled, cursor: number): number[] {
  const found = widest(boxes, range, ELEMENTS, (range.to - range.from) / Math.max(width, 1))
  return cursor < boxes.node.length && !found.includes(cursor) ? [...found, cursor] : found
}
