import type { Frame } from '../../../plugin/model/profile.ts'
import { rowOf } from '../../model/boxes.ts'
import { durationText, percentText, plural } from '../../model/format.ts'
import { nameOf } from '../../model/names.ts'
import type { Picture } from '../../model/picture.ts'
import type { Range } from '../../model/range.ts'

export interface VisibleBoxesProps {
  readonly frames: readonly Frame[]
  readonly picture: Picture
  readonly seen: readonly number[]
  readonly cursor: number
  readonly hover: number
  readonly range: Range
  readonly width: number
  readonly rowHeight: number
}

/** The boxes on the canvas as elements in the same places: invisible, but named, and the rings are theirs. */
export function VisibleBoxes(props: VisibleBoxesProps) {
  const { frames, picture, seen, cursor, hover, range, width, rowHeight } = props
  const { boxes } = picture
  const scale = width / (range.to - range.from)
  const place = (box: number) => {
    const left = Math.max((boxes.start[box] - range.from) * scale, 0)
    const right = Math.min((boxes.end[box] - range.from) * scale, width)
    return {
      left: `${left}px`,
      top: `${rowOf(boxes, box) * rowHeight}px`,
      width: `${Math.max(right - left, 0)}px`,
      height: `${rowHeight}px`,
    }
  }
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
          aria-label={labelOf(frames, picture, box)}
          data-parent={boxes.parent[box]}
          style={place(box)}
        />
      ))}
      {hover >= 0 && hover < boxes.node.length && (
        <div class="flame-hover" role="presentation" style={place(hover)} />
      )}
    </>
  )
}

function labelOf(frames: readonly Frame[], picture: Picture, box: number): string {
  const { boxes, tree, totalUs, totalSamples } = picture
  const node = boxes.node[box]
  const total = `${durationText(totalUs[node] / 1000)}, ${percentText(totalUs[node] / totalUs[0])}`
  const samples = plural(totalSamples[node], 'sample')
  const name = nameOf(frames[boxes.frame[box]])
  if (picture.inverted) return `${name}: ${total}; ${samples}`
  return `${name}: total ${total}; self ${durationText(tree.selfUs[node] / 1000)}; ${samples}`
}
