import type { CallTree } from '../../plugin/model/profile.ts'

/** Callers of what takes less than this share of all are left out: they could not be seen, and there are many. */
const LEAST_SHARE = 1e-5

/** Nodes of the original tree whose time stands in one node of the inverted tree, as a stretch of two columns. */
interface Bundle {
  /** Node whose time it is. */
  readonly leaf: Int32Array
  /** Where we are on the way from it to the root. */
  readonly at: Int32Array
}

/**
 * The tree bottom-up: below the root stand the functions that took time themselves, below each its callers. The time
 * of a stack stands in full on its way; in the result it is the own time of the last caller, so totals come out right.
 */
export function invert(tree: CallTree, frames: number): CallTree {
  const all = tree.selfUs.reduce((a, b) => a + b, 0)
  const out = { parent: [-1], frame: [tree.frame[0]], selfUs: [tree.selfUs[0]], samples: [tree.samples[0]] }
  const leaves = Int32Array.from(tree.parent.keys()).filter((node) => node > 0 && tree.selfUs[node] > 0)
  const bundles: (Bundle | undefined)[] = [{ leaf: leaves, at: leaves }]
  const slots = new Int32Array(frames).fill(-1)
  // Nodes are made level by level, so that a parent stands before its children.
  for (let node = 0; node < bundles.length; node++) {
    const bundle = bundles[node]!
    bundles[node] = undefined
    const first = bundles.length
    const sizes: number[] = []
    for (const at of bundle.at) {
      const frame = tree.frame[at]
      if (slots[frame] < 0) {
        slots[frame] = sizes.length
        sizes.push(0)
        out.parent.push(node)
        out.frame.push(frame)
        out.selfUs.push(0)
        out.samples.push(0)
        bundles.push(undefined)
      }
      sizes[slots[frame]]++
    }
    const parts = deal(tree, bundle, slots, sizes)
    for (const at of bundle.at) slots[tree.frame[at]] = -1
    parts.forEach((part, i) => {
      bundles[first + i] = climb(tree, part, out, first + i, all * LEAST_SHARE)
    })
  }
  return out
}

/** Splits a bundle by the function it is at. */
function deal(tree: CallTree, bundle: Bundle, slots: Int32Array, sizes: readonly number[]): Bundle[] {
  const parts = sizes.map((size) => ({ leaf: new Int32Array(size), at: new Int32Array(size) }))
  const filled = new Int32Array(sizes.length)
  for (let i = 0; i < bundle.at.length; i++) {
    const slot = slots[tree.frame[bundle.at[i]]]
    parts[slot].leaf[filled[slot]] = bundle.leaf[i]
    parts[slot].at[filled[slot]++] = bundle.at[i]
  }
  return parts
}

/** One step to the callers. What has none, or too little time to be followed, ends in `node`. */
function climb(
  tree: CallTree,
  bundle: Bundle,
  out: { readonly selfUs: number[]; readonly samples: number[] },
  node: number,
  leastUs: number,
): Bundle {
  let us = 0
  for (const leaf of bundle.leaf) us += tree.selfUs[leaf]
  const goesOn = (i: number) => us >= leastUs && tree.parent[bundle.at[i]] > 0
  for (let i = 0; i < bundle.at.length; i++) {
    if (goesOn(i)) continue
    out.selfUs[node] += tree.selfUs[bundle.leaf[i]]
    out.samples[node] += tree.samples[bundle.leaf[i]]
  }
  return {
    leaf: bundle.leaf.filter((_, i) => goesOn(i)),
    at: bundle.at.filter((_, i) => goesOn(i)).map((at) => tree.parent[at]),
  }
}
