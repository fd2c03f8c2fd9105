import { findChildren } from './children.ts'
import type { CallTree } from './profile.ts'

/**
 * Merges children of the same node that have the same frame. `became` says which node of the result each node is part
 * of. Parents must come before their children, and do so in the result.
 */
export function mergeSiblings(tree: CallTree): { readonly tree: CallTree; readonly became: Int32Array } {
  const size = tree.parent.length
  const became = new Int32Array(size)
  const out = {
    parent: [-1],
    frame: [tree.frame[0]],
    selfUs: [tree.selfUs[0]],
    samples: [tree.samples[0]],
  }
  const child = findChildren((parent, frame) => {
    out.frame.push(frame)
    out.selfUs.push(0)
    out.samples.push(0)
    return out.parent.push(parent) - 1
  })
  for (let node = 1; node < size; node++) {
    const into = child(became[tree.parent[node]], tree.frame[node])
    became[node] = into
    out.selfUs[into] += tree.selfUs[node]
    out.samples[into] += tree.samples[node]
  }
  return { tree: out, became }
}
