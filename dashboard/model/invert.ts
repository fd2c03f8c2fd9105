import type { CallTree, Column } from '../../plugin/model/profile.ts'

/** Callers of a stretch with less than this share of all time are left out: they would be invisible, and are many. */
const LEAST_SHARE = 1e-4

/** A tree that grows at its end. */
interface Growing {
  readonly parent: number[]
  readonly frame: number[]
  readonly selfUs: number[]
  readonly samples: number[]
}

/**
 * Stacks on their way from where they took time to the root, in columns. Stacks with the same way so far stand side by
 * side: a node of the result is a stretch of them.
 */
interface Climbers {
  /** Node that the time belongs to. */
  readonly leaf: Int32Array
  /** Node that it has reached on the way. */
  readonly at: Int32Array
}

/**
 * The tree bottom-up: below the root are the functions that took time themselves, below each its callers. All of a
 * stack's time counts for each node on its way; it is the own time of the last caller, so totals come out right.
 */
export function invert(tree: CallTree<Column>, frames: number): CallTree {
  const leaf = leavesOf(tree)
  const all = leaf.reduce((sum, node) => sum + tree.selfUs[node], tree.selfUs[0])
  const climbers = { leaf, at: leaf.slice() }
  const out: Growing = {
    parent: [-1],
    frame: [tree.frame[0]],
    selfUs: [tree.selfUs[0]],
    samples: [tree.samples[0]],
  }
  const sort = sorter(tree, climbers, frames)
  const from = [0]
  const to = [leaf.length]
  // Nodes are made level by level, so that a parent stands before its children.
  for (let node = 0; node < out.parent.length; node++) {
    sort(from[node], to[node])
    for (let i = from[node]; i < to[node]; ) {
      const end = endOfFrame(tree, climbers, i, to[node])
      const child = out.parent.push(node) - 1
      out.frame.push(tree.frame[climbers.at[i]])
      out.selfUs.push(0)
      out.samples.push(0)
      from.push(i)
      to.push(climb(tree, climbers, i, end, all * LEAST_SHARE, out, child))
      i = end
    }
  }
  return out
}

/** The nodes below the root where time was spent. */
function leavesOf({ selfUs }: CallTree<Column>): Int32Array {
  const leaves = new Int32Array(selfUs.length)
  let count = 0
  for (let node = 1; node < selfUs.length; node++) if (selfUs[node] > 0) leaves[count++] = node
  return leaves.slice(0, count)
}

/** Sorts a stretch by the function that each stack is at: a counting sort, in time proportional to the stretch. */
function sorter(
  tree: CallTree<Column>,
  { leaf, at }: Climbers,
  frames: number,
): (from: number, to: number) => void {
  const place = new Int32Array(frames)
  const leafCopy = new Int32Array(leaf.length)
  const atCopy = new Int32Array(leaf.length)
  return (from, to) => {
    if (to - from < 2) return
    const met: number[] = []
    for (let i = from; i < to; i++) {
      const frame = tree.frame[at[i]]
      if (place[frame]++ === 0) met.push(frame)
      leafCopy[i] = leaf[i]
      atCopy[i] = at[i]
    }
    let next = from
    for (const frame of met) {
      next += place[frame]
      place[frame] = next - place[frame]
    }
    for (let i = from; i < to; i++) {
      const slot = place[tree.frame[atCopy[i]]]++
      leaf[slot] = leafCopy[i]
      at[slot] = atCopy[i]
    }
    for (const frame of met) place[frame] = 0
  }
}

function endOfFrame(tree: CallTree<Column>, { at }: Climbers, from: number, to: number): number {
  let end = from + 1
  while (end < to && tree.frame[at[end]] === tree.frame[at[from]]) end++
  return end
}

/**
 * Moves a stretch one step to the callers. Stacks without a caller, or with too little time to follow, end in `node`; the
 * others move to the front of the stretch. Returns where those end.
 */
function climb(
  tree: CallTree<Column>,
  { leaf, at }: Climbers,
  from: number,
  to: number,
  leastUs: number,
  out: Growing,
  node: number,
): number {
  let us = 0
  for (let i = from; i < to; i++) us += tree.selfUs[leaf[i]]
  let end = from
  for (let i = from; i < to; i++) {
    const caller = tree.parent[at[i]]
    if (us >= leastUs && caller > 0) {
      leaf[end] = leaf[i]
      at[end++] = caller
    } else {
      out.selfUs[node] += tree.selfUs[leaf[i]]
      out.samples[node] += tree.samples[leaf[i]]
    }
  }
  return end
}
