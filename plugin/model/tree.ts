import type { CallTree, Column, Profile } from './profile.ts'

/** Time of each node and all below it, microseconds. */
export function totals({ parent, selfUs }: CallTree<Column>): number[] {
  return Array.from(sumUp(parent, selfUs))
}

/** Samples that ended in each node or below it. */
export function totalSamples({ parent, samples }: CallTree<Column>): number[] {
  return Array.from(sumUp(parent, samples))
}

/** What each node has, with that of all below it. Parents stand before their children, so one loop backwards is enough. */
export function sumUp(parent: Column, own: Column): Float64Array {
  const total = new Float64Array(own)
  for (let i = total.length - 1; i > 0; i--) total[parent[i]] += total[i]
  return total
}

/**
 * For each node, whether its frame already stands above it in the same stack.
 *
 * Totals per function must leave such nodes out, or recursion is counted once per level.
 */
export function isRecursive(tree: CallTree<Column>): boolean[] {
  return recursiveSteps(tree, Number.POSITIVE_INFINITY).next().value!
}

/** Takes a fraction of a millisecond. */
const NODES_PER_STEP = 8192

/** The same in steps of so many nodes. */
export function* recursiveSteps(
  tree: CallTree<Column>,
  perStep = NODES_PER_STEP,
): Generator<void, boolean[], void> {
  const { parent, frame } = tree
  const recursive: boolean[] = new Array(parent.length).fill(false)
  const { first, next } = childLists(tree)
  /** By frame: whether it is on the way down to the node that is visited. */
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
    // Up to where another one stands beside, and closes what is left.
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

/** Children of each node as linked lists of indices; -1 ends a list. Newest child first. */
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

/** A profile of nothing, for empty selections. */
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
