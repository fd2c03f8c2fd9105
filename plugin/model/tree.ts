import type { CallTree, Column, Profile } from './profile.ts'
import { atOnce, type Steps } from './steps.ts'

/** Time of each node and of all nodes below it, microseconds. */
export function totals({ parent, selfUs }: CallTree<Column>): Float64Array {
  return sumUp(parent, selfUs)
}

/** Samples that ended in each node or below it. */
export function totalSamples({ parent, samples }: CallTree<Column>): Float64Array {
  return sumUp(parent, samples)
}

/** Adds to each node's value those of all nodes below it. One loop is enough, since parents come before children. */
export function sumUp(parent: Column, own: Column): Float64Array {
  const total = new Float64Array(own)
  for (let i = total.length - 1; i > 0; i--) total[parent[i]] += total[i]
  return total
}

/**
 * For each node, whether its frame is also above it in the same stack.
 *
 * Totals per function must leave such nodes out, or recursion would be counted once per level.
 */
export function isRecursive(tree: CallTree<Column>): boolean[] {
  return atOnce(recursiveSteps(tree, Number.POSITIVE_INFINITY))
}

/** So many nodes take a fraction of a millisecond. */
const NODES_PER_STEP = 8192

/** Like {@link isRecursive}, in steps of `perStep` nodes. */
export function* recursiveSteps(tree: CallTree<Column>, perStep = NODES_PER_STEP): Steps<boolean[]> {
  const { parent, frame } = tree
  const recursive: boolean[] = new Array(parent.length).fill(false)
  const { first, next } = childLists(tree)
  /** By frame: whether it is on the path from the root to the visited node. */
  const open = new Uint8Array(largest(frame) + 1)
  let left = perStep
  for (let node = 0; node >= 0; ) {
    if (open[frame[node]] === 1) recursive[node] = true
    else open[frame[node]] = 1
    if (--left <= 0) {
      left = perStep
      yield
    }
    if (first[node] >= 0) {
      node = first[node]
      continue
    }
    // Go up to the first node with another sibling, closing frames on the way.
    for (;;) {
      if (!recursive[node]) open[frame[node]] = 0
      if (next[node] >= 0) {
        node = next[node]
        break
      }
      node = parent[node]
      if (node < 0) break
    }
  }
  return recursive
}

/** Children of each node as linked lists of indices, ended by -1; the last child comes first. */
export function childLists(tree: CallTree<Column>): { first: Int32Array; next: Int32Array } {
  const n = tree.parent.length
  const first = new Int32Array(n).fill(-1)
  const next = new Int32Array(n).fill(-1)
  for (let i = 1; i < n; i++) {
    next[i] = first[tree.parent[i]]
    first[tree.parent[i]] = i
  }
  return { first, next }
}

function largest(column: Column): number {
  let most = 0
  for (let i = 0; i < column.length; i++) most = Math.max(most, column[i])
  return most
}

/** The profile of an empty selection. */
export function emptyProfile(title: string, root = '', intervalUs = 0): Profile {
  return {
    version: 1,
    title,
    requests: 0,
    samples: 0,
    ownUs: 0,
    intervalUs,
    startedAt: '',
    endedAt: '',
    root,
    frames: [{ name: title, file: '', line: 0, column: 0, kind: 'root' }],
    tree: { parent: [-1], frame: [0], selfUs: [0], samples: [0] },
    lines: { node: [], line: [], samples: [], selfUs: [] },
  }
}
