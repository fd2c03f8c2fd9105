import type { CallTree, Column } from '../../plugin/model/profile.ts'

export interface Pruned {
  readonly tree: CallTree
  /** For each node that is left, where it stood. */
  readonly was: Int32Array
  /** For each node, where it stands now; -1 for those that are gone. */
  readonly now: Int32Array
}

/** The tree without the nodes in and below which nothing was: no time and no sample. The root always stays. */
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
