/**
 * Which node stands below a parent with some label (a frame, a place in the code), in a tree whose nodes are numbers.
 *
 * A hash table with chains, whose entries are the nodes themselves: the "unique table" of packages for decision
 * diagrams (Brace, Rudell and Bryant, 1990). A `Map` takes five times the memory, and where it grows past 50,000
 * entries it holds the event loop for milliseconds.
 */
export interface Children {
  /** -1 where there is none. */
  find(parent: number, label: number): number
  /** `node` now stands below `parent`; it stood nowhere before. Numbers of nodes should leave few out. */
  add(node: number, parent: number, label: number): void
  /** `node` stands nowhere any more. */
  remove(node: number): void
  /** Of a node that was added. */
  parent(node: number): number
  /** Forgets all nodes and gives back their room. */
  clear(): void
}

/** A power of two, as all sizes are. */
const FIRST_SIZE = 16
/** In place of a label. */
const NOWHERE = -1
const END = -1

export function createChildren(): Children {
  let { parents, labels, next, heads } = columns(FIRST_SIZE)

  /** The chain of a parent and a label. Multipliers as in MurmurHash3 (Appleby, public domain). */
  function chainOf(parent: number, label: number): number {
    const mixed = Math.imul(Math.imul(parent, 0xcc9e2d51) ^ label, 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & (heads.length - 1)
  }

  function link(node: number): void {
    const chain = chainOf(parents[node], labels[node])
    next[node] = heads[chain]
    heads[chain] = node
  }

  function grow(most: number): void {
    const nodes = labels.length
    let size = nodes
    while (size <= most) size *= 2
    const grown = columns(size)
    grown.parents.set(parents)
    grown.labels.set(labels)
    parents = grown.parents
    labels = grown.labels
    next = grown.next
    heads = grown.heads
    for (let node = 0; node < nodes; node++) if (labels[node] !== NOWHERE) link(node)
  }

  return {
    find(parent, label) {
      let node = heads[chainOf(parent, label)]
      while (node !== END && (parents[node] !== parent || labels[node] !== label)) node = next[node]
      return node
    },
    add(node, parent, label) {
      if (node >= labels.length) grow(node)
      parents[node] = parent
      labels[node] = label
      link(node)
    },
    remove(node) {
      const chain = chainOf(parents[node], labels[node])
      labels[node] = NOWHERE
      if (heads[chain] === node) {
        heads[chain] = next[node]
        return
      }
      let before = heads[chain]
      while (next[before] !== node) before = next[before]
      next[before] = next[node]
    },
    parent: (node) => parents[node],
    clear() {
      const first = columns(FIRST_SIZE)
      parents = first.parents
      labels = first.labels
      next = first.next
      heads = first.heads
    },
  }
}

function columns(size: number) {
  return {
    parents: new Int32Array(size),
    labels: new Int32Array(size).fill(NOWHERE),
    next: new Int32Array(size),
    heads: new Int32Array(size).fill(END),
  }
}

/**
 * Finds the child of a node by its frame in a tree that grows; where there is none, `add` makes it and answers with its
 * number.
 */
export function findChildren(
  add: (parent: number, frame: number) => number,
): (parent: number, frame: number) => number {
  const children = createChildren()
  return (parent, frame) => {
    const known = children.find(parent, frame)
    if (known >= 0) return known
    const node = add(parent, frame)
    children.add(node, parent, frame)
    return node
  }
}
