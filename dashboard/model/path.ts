import type { Frame } from '../../plugin/model/profile.ts'
import type { Boxes } from './boxes.ts'
import { fnv1a } from './fnv1a.ts'
import { isForeign, isStart } from './fold.ts'
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

export interface ReadPathOptions {
  /** All functions that can be on the path, where those of the picture are fewer. */
  readonly known?: readonly Frame[]
  /** Where the box was, in a picture in order of time: it has several boxes of one function beside each other. */
  readonly atUs?: number
}

/**
 * The box at the end of a written path, or the deepest box on it that exists. Functions of libraries may be folded here
 * but not where the path was written, or the other way round.
 */
export function readPath(
  frames: readonly Frame[],
  boxes: Boxes,
  path: string,
  { known = frames, atUs = 0 }: ReadPathOptions = {},
): number {
  const codes = path.match(EACH_CODE) ?? []
  const codeAt = (box: number) => codeOf(frames[boxes.frame[box]])
  let box = 0
  for (const code of codes) {
    const child = childWith(boxes, box, (at) => codeAt(at) === code, atUs)
    if (child < 0) return readPastLibraries(frames, boxes, codes, known)
    box = child
  }
  return box
}

/** Follows your own functions, and those of libraries as far as they are there; of several ways the one that leads on. */
function readPastLibraries(
  frames: readonly Frame[],
  boxes: Boxes,
  path: readonly string[],
  known: readonly Frame[],
): number {
  const codes = frames.map(codeOf)
  const named = new Map(known.map((frame) => [codeOf(frame), frame]))
  const frameAt = (box: number) => frames[boxes.frame[box]]
  const isPassed = (box: number) => isForeign(frameAt(box))

  /** `base` is the last box on the way that is not of a library. */
  const follow = (box: number, base: number, step: number): readonly [box: number, step: number] => {
    const frame = named.get(path[step])
    if (frame === undefined) return [box, step]
    const isIt = (at: number) => codes[boxes.frame[at]] === path[step]
    // What called your outermost functions is not above them where libraries are folded, but beside them.
    const from = isStart(frameAt(base)) ? [box, base] : [box]
    if (isForeign(frame)) {
      const next = from.map((at) => childWith(boxes, at, isIt)).find((child) => child >= 0)
      if (next !== undefined) return follow(next, base, step + 1)
      return frameAt(box).kind === 'app' ? [box, step] : follow(box, base, step + 1)
    }
    const next = from.map((at) => childrenPast(boxes, at, isIt, isPassed)).find(({ length }) => length > 0)
    return (next ?? [])
      .map((at) => follow(at, at, step + 1))
      .reduce((best, found) => (found[1] > best[1] ? found : best), [box, step] as const)
  }
  return follow(0, 0, 0)[0]
}

/** The child for which `is` is true, or -1; of several, the last that begins by `atUs`. */
function childWith(boxes: Boxes, box: number, is: (box: number) => boolean, atUs = 0): number {
  const { first, last } = childrenOf(boxes, box)
  let found = -1
  for (let child = first; child < last; child++) {
    if ((found < 0 || boxes.start[child] <= atUs) && is(child)) found = child
  }
  return found
}

/** The boxes for which `is` is true right below a box, then those below boxes there that are passed, the widest first. */
function childrenPast(
  boxes: Boxes,
  box: number,
  is: (box: number) => boolean,
  isPassed: (box: number) => boolean,
): number[] {
  const near: number[] = []
  const far: number[] = []
  const above = [box]
  for (const at of above) {
    const { first, last } = childrenOf(boxes, at)
    for (let child = first; child < last; child++) {
      if (isPassed(child)) above.push(child)
      else if (is(child)) (at === box ? near : far).push(child)
    }
  }
  const width = (at: number) => boxes.end[at] - boxes.start[at]
  return [...near, ...far.sort((a, b) => width(b) - width(a))]
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
