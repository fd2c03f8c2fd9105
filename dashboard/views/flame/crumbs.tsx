import { Fragment } from 'preact'
import { nameOf } from '../../../plugin/model/names.ts'
import type { Frame } from '../../../plugin/model/profile.ts'
import type { Boxes } from '../../model/boxes.ts'
import { ancestry } from '../../model/walk.ts'

export interface CrumbsProps {
  readonly frames: readonly Frame[]
  readonly boxes: Boxes
  readonly focus: number
  readonly onFocus: (box: number) => void
}

/** Number of last steps that are always shown, besides the first. */
const ENDS = 4

/** The path from the root to the zoomed box; each step zooms back to its box. */
export function Crumbs({ frames, boxes, focus, onFocus }: CrumbsProps) {
  const path = ancestry(boxes, focus)
  const hidden = path.length > ENDS + 2 ? path.length - ENDS - 1 : 0
  const shown = hidden > 0 ? [path[0], ...path.slice(-ENDS)] : path
  return (
    <nav class="flame-crumbs" aria-label="Zoomed to">
      {shown.map((box, i) => (
        <Fragment key={box}>
          {i === 1 && hidden > 0 && <span class="muted">… {hidden} more</span>}
          <button
            type="button"
            aria-current={box === focus ? 'location' : undefined}
            onClick={() => onFocus(box)}
          >
            {box === 0 ? 'all' : nameOf(frames[boxes.frame[box]])}
          </button>
        </Fragment>
      ))}
    </nav>
  )
}
