import { useMemo, useState } from 'preact/hooks'
import { nameOf } from '../../../plugin/model/names.ts'
import type { Frame } from '../../../plugin/model/profile.ts'
import type { Boxes } from '../../model/boxes.ts'
import { isFold, OPENED, PLAIN } from '../../model/fold.ts'
import { count, momentText } from '../../model/format.ts'
import { searchTextOf } from '../../model/names.ts'
import { writePath } from '../../model/path.ts'
import type { Picture } from '../../model/picture.ts'
import type { Matches } from '../../model/search.ts'
import {
  closed,
  depthBelow,
  hotPath,
  opened,
  reopened,
  type TreeOf,
  treeRows,
} from '../../model/tree-rows.ts'
import { childrenOf } from '../../model/walk.ts'
import { FunctionName } from '../function-name.tsx'
import { Ms, Percent } from '../num.tsx'
import { VirtualRows } from '../virtual-rows.tsx'
import { FoldMark } from './fold-mark.tsx'
import { treeKey } from './keys.ts'
import { useCursor } from './use-cursor.ts'

export interface CallTreeProps {
  readonly frames: readonly Frame[]
  readonly picture: Picture
  readonly matches: Matches | undefined
  readonly focus: number
  /** By node, what is folded into it; undefined if nothing is. */
  readonly folds: Uint8Array | undefined
  readonly onFocus: (box: number) => void
  readonly onUnfold: (box: number) => void
  readonly onOpen: (box: number) => void
}

/** The boxes opened by hand below a zoomed box, with the path to that box: kept when the profile is reloaded. */
interface Touched extends TreeOf {
  readonly root: string
  readonly open: ReadonlySet<number>
}

/** The content of the flame graph or chart as a table. */
export function CallTree(props: CallTreeProps) {
  const { frames, picture, matches, focus, folds, onFocus, onUnfold, onOpen } = props
  const { boxes } = picture
  const root = useMemo(() => writePath(frames, boxes, focus), [frames, boxes, focus])
  const [touched, setTouched] = useState<Touched>()
  const open = useMemo(() => {
    if (touched?.root !== root) return hotPath(boxes, focus)
    return touched.boxes === boxes ? touched.open : reopened(touched.open, touched, { frames, boxes })
  }, [touched, root, frames, boxes, focus])
  const rows = useMemo(() => treeRows(boxes, focus, open), [boxes, focus, open])
  const [at, moveTo] = useCursor({ frames, boxes, inverted: picture.inverted, focus })
  const active = rowOf(rows, boxes, at)
  const setOpen = (next: Set<number>) => setTouched({ root, frames, boxes, open: next })
  const toggle = (box: number) => setOpen(open.has(box) ? closed(open, box) : opened(boxes, open, box))

  const onKeyDown = (event: KeyboardEvent) => {
    const action = treeKey(event, boxes, rows, active, open)
    if (action === undefined) return
    event.preventDefault()
    if (action.type === 'move') moveTo(rows[action.row])
    else if (action.type === 'toggle') toggle(rows[active])
    else if (action.type === 'open') onOpen(rows[active])
    else if (action.type === 'unfold') {
      if (isFold(folds, boxes.node[rows[active]])) onUnfold(rows[active])
    } else onFocus(action.type === 'zoom' ? rows[active] : 0)
  }
  return (
    <VirtualRows
      class="functions call-tree"
      label="Call tree"
      count={rows.length}
      grid={{ active, activeId: `row-${rows[active]}`, onKeyDown }}
      head={
        <tr aria-rowindex={1}>
          <th scope="col">Function</th>
          {picture.inOrder && <th scope="col">From</th>}
          <th scope="col">Total</th>
          {!picture.inverted && <th scope="col">Self</th>}
          <th scope="col" class="wide-1">
            Samples
          </th>
        </tr>
      }
      row={(i, place) => (
        <Row
          key={rows[i]}
          place={place}
          box={rows[i]}
          frame={frames[boxes.frame[rows[i]]]}
          picture={picture}
          depth={depthBelow(boxes, focus, rows[i])}
          open={open.has(rows[i])}
          active={i === active}
          faded={matches !== undefined && matches.frame[boxes.frame[rows[i]]] === 0}
          fold={folds?.[boxes.node[rows[i]]] ?? PLAIN}
          onUnfold={() => onUnfold(rows[i])}
          onToggle={() => {
            moveTo(rows[i])
            toggle(rows[i])
          }}
        />
      )}
    />
  )
}

/** The row of a box, or of the nearest one above it that has a row. */
function rowOf(rows: readonly number[], { parent }: Boxes, box: number): number {
  for (let at = box; at > 0; at = parent[at]) {
    const row = rows.indexOf(at)
    if (row >= 0) return row
  }
  return 0
}

interface RowProps {
  readonly place: number
  readonly box: number
  readonly frame: Frame
  readonly picture: Picture
  readonly depth: number
  readonly open: boolean
  readonly active: boolean
  readonly faded: boolean
  /** What is folded into it; see `fold`. */
  readonly fold: number
  readonly onUnfold: () => void
  readonly onToggle: () => void
}

function Row(props: RowProps) {
  const { place, box, frame, picture, depth, open, active, faded, fold, onUnfold, onToggle } = props
  const { boxes, tree, totalUs, totalSamples, inverted } = picture
  const node = boxes.node[box]
  const { first, last } = childrenOf(boxes, box)
  return (
    <tr
      id={`row-${box}`}
      aria-rowindex={place}
      class={`row-link${active ? ' active' : ''}${faded ? ' faded' : ''}`}
      aria-level={depth + 1}
      aria-expanded={first < last ? open : undefined}
      onClick={onToggle}
    >
      <th scope="row" style={{ paddingLeft: indent(depth) }}>
        <span class="cell" title={searchTextOf(frame)}>
          <span class="twig" aria-hidden="true">
            {first < last ? (open ? '▾' : '▸') : ''}
          </span>
          <FunctionName frame={frame} />
          {fold !== PLAIN && <FoldMark name={nameOf(frame)} opened={fold === OPENED} onClick={onUnfold} />}
        </span>
      </th>
      {picture.inOrder && <td>{momentText(boxes.start[box] / 1000, boxes.end[0] / 1000)}</td>}
      <td class="own">
        <Ms ms={totalUs[node] / 1000} /> <Percent share={totalUs[node] / totalUs[0]} />
      </td>
      {!inverted && (
        <td>
          <span class="roomy">
            <Ms ms={tree.selfUs[node] / 1000} />{' '}
          </span>
          <Percent share={tree.selfUs[node] / totalUs[0]} />
        </td>
      )}
      <td class="wide-1">{count(totalSamples[node])}</td>
    </tr>
  )
}

/** Indents a row, as far as a name still fits beside its numbers. */
function indent(depth: number): string {
  return `min(${16 + Math.min(depth, 40) * 14}px, max(15cqi, 100cqi - 420px))`
}
