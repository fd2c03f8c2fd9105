import type { Boxes } from '../../model/boxes.ts'
import { step } from '../../model/walk.ts'

export type KeyAction =
  | { readonly type: 'move'; readonly box: number }
  | { readonly type: 'zoom'; readonly box: number }
  | { readonly type: 'scale'; readonly factor: number }

/** What a key means on the graph; undefined when it means nothing there. */
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
    case '+':
    case '=':
      return { type: 'scale', factor: 0.5 }
    case '-':
      return { type: 'scale', factor: 2 }
    default:
      return undefined
  }
}
