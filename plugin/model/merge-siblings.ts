import { growTree } from './grow-tree.ts'
import type { CallTree } from './profile.ts'

/**
 * Merges children of the same node that have the same frame. `became` says which node of the result each node is part
 * of. Parents must come before their children, and do so in the result.
 */
export function mergeSiblings(tree: CallTree): { readonly tree: CallTree; readonly became: Int32Array } {
  const size = tree.parent.length
  const became = new Int32Array(size)
  const { tree: out, child } = growTree(tree.frame[0])
  for (let node = 0; node < size; node++) {
    const into = node === 0 ? 0 : child(became[tree.parent[node]], tree.frame[node])
    became[node] = into
    out.selfUs[into] += tree.selfUs[node]
    out.samples[into] += tree.samples[node]
  }
  return { tree: out, became }
}
