import type { CallTree, Column } from '../../plugin/model/profile.ts'

export interface Pruned {
  readonly tree: CallTree
  /** By node that is left, its index before. */
  readonly was: Int32Array
  /** By node before, its index now; -1 if it is gone. */
  readonly now: Int32Array
}

/** The tree without nodes that have no time and no sample in and below them. The root always stays. */
export function prune(tree: CallTree<Column>): Pruned {
  const { parent, frame, selfUs, samples } = tree
  const alive = Uint8Array.from(parent, (_, node) => (selfUs[node] > 0 || samples[node] > 0 ? 1 : 0))
  alive[0] = 1
  for (let node = parent.length - 1; node > 0; node--) alive[parent[node]] |= alive[node]
  const now = new Int32Array(parent.length).fill(-1)
  let left = 0
  for (let node = 0; node < alive.length; node++) if (alive[node] === 1) now[node] = left++
  const was = new Int32Array(left)
  for (let node = 0; node < alive.length; node++) if (alive[node] === 1) was[now[node]] = node
  const pick = (column: Column) => Array.from(was, (node) => column[node])
  const parents = Array.from(was, (node) => (node === 0 ? -1 : now[parent[node]]))
  return {
    tree: { parent: parents, frame: pick(frame), selfUs: pick(selfUs), samples: pick(samples) },
    was,
    now,
  }
}
