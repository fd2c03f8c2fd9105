import { nameOf, originOf, placeText } from '../../../plugin/model/names.ts'
import type { Frame } from '../../../plugin/model/profile.ts'
import { spanText } from '../../model/boxes.ts'
import { colourClass } from '../../model/colours.ts'
import { changeText, type NodeChanges } from '../../model/diff-picture.ts'
import { count, durationText, percentText } from '../../model/format.ts'
import type { Picture } from '../../model/picture.ts'
import { Swatch } from '../swatch.tsx'
import { useBeside } from '../use-beside.ts'

export interface TooltipProps {
  readonly frames: readonly Frame[]
  readonly picture: Picture
  /** The zoomed box. */
  readonly focus: number
  readonly changes: NodeChanges | undefined
  readonly box: number
  /** Position of the pointer in the window. */
  readonly x: number
  readonly y: number
}

/** Follows the pointer; everything it says is also in the boxes' labels and in the tables. */
export function Tooltip({ frames, picture, focus, changes, box, x, y }: TooltipProps) {
  const ref = useBeside(x, y)
  const { boxes, tree, totalUs, totalSamples } = picture
  const node = boxes.node[box]
  const frame = frames[boxes.frame[box]]
  const zoomedUs = totalUs[boxes.node[focus]]
  const row = (label: string, us: number, samples: number) => (
    <tr>
      <th scope="row">{label}</th>
      <td>{durationText(us / 1000)}</td>
      <td>{percentText(us / totalUs[0])}</td>
      {focus > 0 && <td>{percentText(us / zoomedUs)}</td>}
      <td>{count(samples)}</td>
    </tr>
  )
  return (
    <div class="tooltip" ref={ref} aria-hidden="true">
      <p class="tooltip-name">{changes?.labels[node] ?? nameOf(frame)}</p>
      <p class="tooltip-place">
        <Swatch colour={changes?.classes[node] ?? colourClass(frame)} />
        {[originOf(frame), placeText(frame)].filter(Boolean).join(' · ')}
      </p>
      {changes !== undefined && <p class="tooltip-place">{changeText(changes.of(node))}</p>}
      {picture.inOrder && <p class="tooltip-place">{spanText(boxes, box)}</p>}
      {changes === undefined && (
        <table>
          <thead>
            <tr>
              <td />
              <td>time</td>
              <td>of all</td>
              {focus > 0 && <td>of zoomed</td>}
              <td>samples</td>
            </tr>
          </thead>
          <tbody>
            {!picture.inverted && row('Self', tree.selfUs[node], tree.samples[node])}
            {row(picture.inverted ? 'Self, via these callers' : 'Total', totalUs[node], totalSamples[node])}
          </tbody>
        </table>
      )}
    </div>
  )
}
