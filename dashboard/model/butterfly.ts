import { type GrowingTree, growTree } from '../../plugin/model/grow-tree.ts'
import type { CallTree, Column, Profile } from '../../plugin/model/profile.ts'
import { totalSamples, totals } from '../../plugin/model/tree.ts'

/**
 * A function with all its callers and callees, added up over all places where it stands.
 *
 * In both trees node 0 is the function, and its total is that of the function. In `callees` a call has its own time,
 * and the root's is the function's own; in `callers` a node has the time of the stacks that begin with it, and the root
 * has the time without a caller. A function that calls itself, directly or not, appears once: time and callees of the
 * inner calls count as its own.
 */
export interface Butterfly {
  readonly callers: CallTree
  readonly callees: CallTree
}

/** `frame`: index into `Profile.frames`, but not the root's. */
export function butterfly({ tree }: Profile<Column>, frame: number): Butterfly {
  const callers = growTree(frame)
  const callees = growTree(frame)
  const total = totals(tree)
  const samples = totalSamples(tree)
  /** Where each node went in `callees`; -1 for nodes outside the function. */
  const into = new Int32Array(tree.parent.length).fill(-1)
  for (let node = 1; node < into.length; node++) {
    const above = into[tree.parent[node]]
    if (tree.frame[node] === frame) {
      into[node] = 0
      if (above < 0) add(callers, climb(tree, node, callers), total[node], samples[node])
    } else if (above >= 0) into[node] = callees.child(above, tree.frame[node])
    if (into[node] >= 0) add(callees, into[node], tree.selfUs[node], tree.samples[node])
  }
  return { callers: callers.tree, callees: callees.tree }
}

/** The node at the end of the path from a node's caller to the outermost one. */
function climb(tree: CallTree<Column>, node: number, callers: GrowingTree): number {
  let at = 0
  for (let up = tree.parent[node]; up > 0; up = tree.parent[up]) at = callers.child(at, tree.frame[up])
  return at
}

function add({ tree }: GrowingTree, node: number, us: number, samples: number): void {
  tree.selfUs[node] += us
  tree.samples[node] += samples
}
