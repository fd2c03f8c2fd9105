import { findChildren } from './children.ts'

/** A call tree that grows, as all of its columns do. */
export interface GrowingTree {
  readonly tree: Record<'parent' | 'frame' | 'selfUs' | 'samples', number[]>
  /** The child of a node with a frame; made, without time and samples, if there is none. */
  child(parent: number, frame: number): number
}

/** A tree with only its root, which has this frame. */
export function growTree(root: number): GrowingTree {
  const tree = { parent: [-1], frame: [root], selfUs: [0], samples: [0] }
  const child = findChildren((parent, frame) => {
    tree.frame.push(frame)
    tree.selfUs.push(0)
    tree.samples.push(0)
    return tree.parent.push(parent) - 1
  })
  return { tree, child }
}
