import type { Frame } from '../../plugin/model/profile.ts'
import type { Boxes } from './boxes.ts'
import { fnv1a } from './fnv1a.ts'
import { ancestry, childrenOf } from './walk.ts'

/** Letters per function in a written path: 24 bits, plenty to tell siblings apart. */
const CODE = 4
const EACH_CODE = new RegExp(`.{${CODE}}`, 'gs')
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The path from the root to a box as text for a URL; the same functions give the same text in another profile. */
export function writePath(frames: readonly Frame[], boxes: Boxes, box: number): string {
  return ancestry(boxes, box)
    .slice(1)
    .map((at) => codeOf(frames[boxes.frame[at]]))
    .join('')
}

/** The box at the end of a written path, or the deepest box on it that exists. */
export function readPath(frames: readonly Frame[], boxes: Boxes, path: string): number {
  let box = 0
  for (let at = 0; at + CODE <= path.length; at += CODE) {
    const child = childWith(frames, boxes, box, path.slice(at, at + CODE))
    if (child < 0) break
    box = child
  }
  return box
}

function childWith(frames: readonly Frame[], boxes: Boxes, box: number, code: string): number {
  const { first, last } = childrenOf(boxes, box)
  for (let child = first; child < last; child++) {
    if (codeOf(frames[boxes.frame[child]]) === code) return child
  }
  return -1
}

/** The codes that a text consists of. */
export function codesIn(text: string): Set<string> {
  return new Set(text.match(EACH_CODE))
}

/** Adds a function's code to a text, or removes it if it was there. */
export function toggleCode(text: string, frame: Frame): string {
  const codes = codesIn(text)
  const code = codeOf(frame)
  if (!codes.delete(code)) codes.add(code)
  return [...codes].join('')
}

/** Identifies a function in a URL: FNV-1a, folded to 24 bits. */
export function codeOf(frame: Frame): string {
  const text = `${frame.name}\n${frame.file}\n${frame.line}\n${frame.column}`
  const hash = fnv1a(text)
  const folded = (hash >>> 8) ^ (hash & 0xff)
  let code = ''
  for (let i = 0; i < CODE; i++) code += LETTERS[(folded >>> (i * 6)) & 63]
  return code
}
