import { growTree } from '../../plugin/model/grow-tree.ts'
import type { Column, Frame, Profile } from '../../plugin/model/profile.ts'
import { prune } from './prune.ts'

/** Whether a node has something folded into it: no, yes, or not any more since it was opened. */
export const PLAIN = 0
export const FOLDED = 1
export const OPENED = 2

export interface Folded {
  readonly profile: Profile
  /** `PLAIN`, `FOLDED` or `OPENED`, by node of the profile's tree. */
  readonly folds: Uint8Array
  /** By node of the original profile, the node that its time is in now; -1 if it had none. */
  readonly became: Int32Array
}

export interface FoldOptions {
  /** Tells foreign functions that stay, wherever they are. */
  readonly keeps?: (frame: Frame) => boolean
  /** Tells foreign functions that show what happens in them. */
  readonly opens?: (frame: Frame) => boolean
}

/**
 * Folds the internals of libraries. Your own functions stay, and of each stretch of foreign ones only the first, which is
 * what your code called; the work inside counts as its own time. States of V8 stay too.
 *
 * Callers of your outermost functions are not their work, so your functions stand right below the root or Fastify's
 * phase. The time that such callers took themselves stands beside them, under the first function of a package or, without
 * one, of Node.
 *
 * Time, samples and frames are the same as before; lines are left out, since their nodes no longer exist.
 */
export function fold(profile: Profile<Column>, options: FoldOptions = {}): Folded {
  const { tree, frames } = profile
  const { keeps = () => false, opens = () => false } = options
  const foreign = flags(frames, (frame) => isForeign(frame) && !keeps(frame))
  const opened = flags(frames, opens)
  const { tree: out, child } = growTree(tree.frame[0])
  const size = tree.parent.length
  /** What is folded into each node of the new tree, which has no more nodes than the old one. */
  const folded = new Uint8Array(size)
  /** Where the time of each node went, and the node below which your functions that it called are placed. */
  const became = new Int32Array(size)
  const holder = new Int32Array(size)
  /** Whether a node is part of a stretch that is opened, and of one that no function called. */
  const open = new Uint8Array(size)
  const entry = new Uint8Array(size)

  const visit = (node: number, parent: number, frame: number): number => {
    const above = became[parent]
    if (foreign[frame] === 0) {
      return frames[frame].kind === 'system' ? child(above, frame) : child(holder[parent], frame)
    }
    const begins = foreign[tree.frame[parent]] === 0
    entry[node] = begins ? flag(isStart(frames[tree.frame[parent]])) : entry[parent]
    open[node] = open[parent]
    if (open[node] === 1) {
      if (opened[out.frame[above]] === 1) folded[above] = OPENED
      return child(above, frame)
    }
    const passesOn = entry[node] === 1 && isNodes(frames[out.frame[above]]) && isPackage(frames[frame])
    if (begins || passesOn) {
      open[node] = opened[frame]
      return child(holder[parent], frame)
    }
    folded[above] = FOLDED
    return above
  }
  out.selfUs[0] = tree.selfUs[0]
  out.samples[0] = tree.samples[0]
  for (let node = 1; node < size; node++) {
    const parent = tree.parent[node]
    const into = visit(node, parent, tree.frame[node])
    became[node] = into
    holder[node] = entry[node] === 1 ? holder[parent] : into
    out.selfUs[into] += tree.selfUs[node]
    out.samples[into] += tree.samples[node]
  }
  const { tree: left, was, now } = prune(out)
  const folds = Uint8Array.from(was, (node) => folded[node])
  return {
    profile: { ...profile, tree: left, lines: { node: [], line: [], samples: [], selfUs: [] } },
    folds,
    became: became.map((node) => now[node]),
  }
}

/** Whether something is or was folded into the node. */
export function isFold(folds: Uint8Array | undefined, node: number): boolean {
  return folds !== undefined && folds[node] !== PLAIN
}

/** Whether folding leaves something of interest. */
export function hasOwnCode(profile: Profile<Column>): boolean {
  return profile.frames.some((frame) => frame.kind === 'app')
}

/** Whether a function is of a library, so that it can be folded. */
export function isForeign({ kind }: Frame): boolean {
  return kind === 'package' || kind === 'node' || kind === 'native'
}

/** Whether something begins here: a request, or a phase of it. */
export function isStart({ kind }: Frame): boolean {
  return kind === 'root' || kind === 'phase'
}

function isPackage({ kind }: Frame): boolean {
  return kind === 'package'
}

function isNodes({ kind }: Frame): boolean {
  return kind === 'node' || kind === 'native'
}

function flag(is: boolean): 0 | 1 {
  return is ? 1 : 0
}

function flags(frames: readonly Frame[], is: (frame: Frame) => boolean): Uint8Array {
  return Uint8Array.from(frames, (frame) => flag(is(frame)))
}
