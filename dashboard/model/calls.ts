import type { CallTree, Chart, Column } from '../../plugin/model/profile.ts'

/** Receives calls in order of time. Rows are those of a flame graph: 0 is the root's, 1 that of the functions it called. */
export interface CallEvents {
  /** A call begins: of a node of the tree, or -1 if nothing is known. Its callers are open. */
  open(row: number, node: number, frame: number, us: number): void
  /** The call that is open in a row ends; those it called have ended. */
  close(row: number, us: number): void
  /** Time and samples of the call that is open in a row itself, not of calls below it. */
  spent(row: number, us: number, samples: number): void
}

/**
 * Walks the calls of a request, without the root. Each span leaves open the calls it shares with the one before, so a
 * call goes on as long as its spans touch.
 */
export function walkCalls({ spans, tree, frames }: Chart<Column>, events: CallEvents): void {
  const depth = depths(tree)
  /** By row, the node that is open, down to the row `deepest`; and the nodes to open next. */
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

/** The row of each node. */
export function depths({ parent }: CallTree<Column>): Int32Array {
  const depth = new Int32Array(parent.length)
  for (let node = 1; node < depth.length; node++) depth[node] = depth[parent[node]] + 1
  return depth
}
