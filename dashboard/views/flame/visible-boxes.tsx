import { nameOf, originOf, placeText } from '../../../plugin/model/names.ts'
import type { Frame } from '../../../plugin/model/profile.ts'
import { type Boxes, rowOf, spanText } from '../../model/boxes.ts'
import { changeText, type NodeChanges } from '../../model/diff-picture.ts'
import { isFold, OPENED } from '../../model/fold.ts'
import { durationText, percentText, plural } from '../../model/format.ts'
import type { Picture } from '../../model/picture.ts'
import type { Range } from '../../model/range.ts'
import { memo } from '../memo.ts'
import { FoldMark, LEAST_MARKED } from './fold-mark.tsx'

export interface VisibleBoxesProps {
  readonly frames: readonly Frame[]
  readonly picture: Picture
  readonly seen: readonly number[]
  readonly cursor: number
  readonly settled: Settled
  readonly folds: Uint8Array | undefined
  readonly changes: NodeChanges | undefined
  readonly onUnfold: (box: number) => void
}

/** What the canvas showed when it last stood still, in CSS pixels. */
export interface Settled {
  readonly range: Range
  readonly width: number
  readonly rowHeight: number
}

/** The boxes on the canvas as elements in the same places: invisible, but with labels and focus rings. */
export const VisibleBoxes = memo((props: VisibleBoxesProps) => {
  const { frames, picture, seen, cursor, settled, folds, changes } = props
  const { boxes } = picture
  const leastUs = (LEAST_MARKED * (settled.range.to - settled.range.from)) / settled.width
  const isMarked = (box: number) =>
    isFold(folds, boxes.node[box]) &&
    Math.min(boxes.end[box], settled.range.to) - Math.max(boxes.start[box], settled.range.from) >= leastUs
  return (
    <>
      {seen.map((box) => (
        <div
          key={box}
          id={`box-${box}`}
          class={box === cursor ? 'flame-box flame-cursor' : 'flame-box'}
          role="treeitem"
          tabIndex={-1}
          aria-level={rowOf(boxes, box) + 1}
          aria-selected={box === cursor}
          aria-label={[
            changes === undefined
              ? labelOf(frames, picture, box)
              : `${changes.labels[boxes.node[box]]}: ${changeText(changes.of(boxes.node[box]))}`,
            originOf(frames[boxes.frame[box]]),
            placeText(frames[boxes.frame[box]]),
          ]
            .filter(Boolean)
            .join('; ')}
          data-parent={boxes.parent[box]}
          style={placeOn(boxes, settled, box)}
        >
          {isMarked(box) && (
            <FoldMark
              name={nameOf(frames[boxes.frame[box]])}
              opened={folds?.[boxes.node[box]] === OPENED}
              onClick={() => props.onUnfold(box)}
            />
          )}
        </div>
      ))}
    </>
  )
})

/** The style that places an element where a box is on the canvas. */
export function placeOn(boxes: Boxes, settled: Settled, box: number) {
  const { left, top, width, height } = areaOn(boxes, settled, box)
  return { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }
}

/** Where a box is on the canvas, pixels. */
export function areaOn(boxes: Boxes, { range, width, rowHeight }: Settled, box: number) {
  const scale = width / (range.to - range.from)
  const left = Math.max((boxes.start[box] - range.from) * scale, 0)
  const right = Math.min((boxes.end[box] - range.from) * scale, width)
  return { left, top: rowOf(boxes, box) * rowHeight, width: Math.max(right - left, 0), height: rowHeight }
}

function labelOf(frames: readonly Frame[], picture: Picture, box: number): string {
  const { boxes, tree, totalUs, totalSamples } = picture
  const node = boxes.node[box]
  const total = `${durationText(totalUs[node] / 1000)}, ${percentText(totalUs[node] / totalUs[0])}`
  const samples = plural(totalSamples[node], 'sample')
  const name = nameOf(frames[boxes.frame[box]])
  if (picture.inverted) return `${name}: ${total}; ${samples}`
  const times = picture.inOrder ? `; ${spanText(boxes, box)}` : ''
  return `${name}: total ${total}; self ${durationText(tree.selfUs[node] / 1000)}; ${samples}${times}`
}
