/**
 * Finds the child of a node by its frame in a tree that grows; where there is none, `add` makes it and answers with its
 * number. `frames`: how many there are, or more.
 */
export function findChildren(
  frames: number,
  add: (parent: number, frame: number) => number,
): (parent: number, frame: number) => number {
  const known = new Map<number, number>()
  return (parent, frame) => {
    const key = parent * frames + frame
    let node = known.get(key)
    if (node === undefined) {
      node = add(parent, frame)
      known.set(key, node)
    }
    return node
  }
}
