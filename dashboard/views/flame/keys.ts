import type { Boxes } from '../../model/boxes.ts'
import { step } from '../../model/walk.ts'

export type KeyAction =
  | { readonly type: 'move'; readonly box: number }
  | { readonly type: 'zoom'; readonly box: number }
  | { readonly type: 'unfold' }
  | { readonly type: 'open' }
  | { readonly type: 'scale'; readonly factor: number }

/** The action of a key on the graph; undefined if it has none. */
export function stepOf(event: KeyboardEvent, boxes: Boxes, box: number): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  switch (event.key) {
    case 'ArrowUp':
      return { type: 'move', box: step(boxes, box, 'parent') }
    case 'ArrowDown':
      return { type: 'move', box: step(boxes, box, 'child') }
    case 'ArrowLeft':
      return { type: 'move', box: step(boxes, box, 'previous') }
    case 'ArrowRight':
      return { type: 'move', box: step(boxes, box, 'next') }
    case 'Home':
      return { type: 'move', box: 0 }
    case 'Enter':
      return { type: 'zoom', box }
    case 'Escape':
      return { type: 'zoom', box: 0 }
    case 'u':
      return { type: 'unfold' }
    case 'o':
      return { type: 'open' }
    case '+':
    case '=':
      return { type: 'scale', factor: 0.5 }
    case '-':
      return { type: 'scale', factor: 2 }
    default:
      return undefined
  }
}

export type TreeAction =
  | { readonly type: 'move'; readonly row: number }
  | { readonly type: 'toggle' | 'zoom' | 'unfold' | 'open' | 'reset' }

/** The action of a key in the tree: arrows up and down move, right opens or goes in, left closes or goes out. */
export function treeKey(
  event: KeyboardEvent,
  boxes: Boxes,
  rows: readonly number[],
  active: number,
  open: ReadonlySet<number>,
): TreeAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  const box = rows[active]
  const isParent = step(boxes, box, 'child') !== box
  const go = (row: number): TreeAction => ({
    type: 'move',
    row: Math.min(Math.max(row, 0), rows.length - 1),
  })
  switch (event.key) {
    case 'ArrowUp':
      return go(active - 1)
    case 'ArrowDown':
      return go(active + 1)
    case 'Home':
      return go(0)
    case 'End':
      return go(rows.length - 1)
    case 'ArrowRight':
      return isParent && !open.has(box) ? { type: 'toggle' } : go(isParent ? active + 1 : active)
    case 'ArrowLeft':
      return open.has(box) && isParent ? { type: 'toggle' } : go(rows.indexOf(boxes.parent[box]))
    case 'Enter':
      return { type: 'zoom' }
    case ' ':
      return { type: 'toggle' }
    case 'u':
      return { type: 'unfold' }
    case 'o':
      return { type: 'open' }
    case 'Escape':
      return { type: 'reset' }
    default:
      return undefined
  }
}
