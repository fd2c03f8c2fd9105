import type { CallTree, Chart, Column } from '../../plugin/model/profile.ts'

/** Told in order of time. Rows are those of a flame graph: 0 is the root's, 1 that of the functions it called. */
export interface CallEvents {
  /** A call begins: a node of the tree, -1 where nothing is known. What is above it is open. */
  open(row: number, node: number, frame: number, us: number): void
  /** The call that is open in a row ends; those below it have ended. */
  close(row: number, us: number): void
  /** Time and samples of the call that is open in a row, and in no other below it. */
  spent(row: number, us: number, samples: number): void
}

/**
 * Walks what a request ran, all but the root. Each span leaves the calls that it shares with the one before as they are,
 * so a call goes on for as long as its spans touch.
 */
export function walkCalls({ spans, tree, frames }: Chart<Column>, events: CallEvents): void {
  const depth = depths(tree)
  /** By row, the node that is open, down to the row `deepest`; and what is to be opened. */
  const open = new Int32Array(tree.parent.length + 1)
  const path = new Int32Array(tree.parent.length + 1)
  let deepest = 0

  /** How many rows of a node's stack are open; those that are not are in `path`. */
  function shared(node: number): number {
    let row = depth[node]
    for (let at = node; row > 0 && !(row <= deepest && open[row] === at); row--) {
      path[row] = at
      at = tree.parent[at]
    }
    return row
  }
  function close(row: number, us: number): void {
    for (; deepest > row; deepest--) events.close(deepest, us)
  }
  function begin(node: number, frame: number, us: number): void {
    open[++deepest] = node
    events.open(deepest, node, frame, us)
  }
  let lastEndUs = 0
  for (let i = 0; i < spans.node.length; i++) {
    const node = spans.node[i]
    const startUs = spans.startUs[i]
    const endUs = spans.endUs[i]
    if (startUs !== lastEndUs) close(0, lastEndUs)
    if (node > 0) {
      close(shared(node), lastEndUs)
      while (deepest < depth[node]) begin(path[deepest + 1], tree.frame[path[deepest + 1]], startUs)
    } else {
      const after = spans.startUs[i + 1] === endUs ? spans.node[i + 1] : 0
      close(shared(after), lastEndUs)
      begin(-1, frames.length - 1, startUs)
    }
    events.spent(deepest, endUs - startUs, spans.samples[i])
    lastEndUs = endUs
  }
  close(0, lastEndUs)
}

/** By node, the row it stands in. */
export function depths({ parent }: CallTree<Column>): Int32Array {
  const depth = new Int32Array(parent.length)
  for (let node = 1; node < depth.length; node++) depth[node] = depth[parent[node]] + 1
  return depth
}
