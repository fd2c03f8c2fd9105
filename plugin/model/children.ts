/** All sizes are powers of two. */
const FIRST_SIZE = 16
/** In place of the label of a node that is not in the tree. */
const NOWHERE = -1
const END = -1

/**
 * Finds the child of a node by its label (a frame, a place in the code), in a tree whose nodes are numbers.
 *
 * It is a hash table with chains whose entries are the nodes themselves: the "unique table" of packages for decision
 * diagrams (Brace, Rudell and Bryant, 1990). A `Map` takes five times the memory, and holds the event loop for
 * milliseconds when it grows past 50,000 entries.
 */
export class Children {
  #parents = new Int32Array(FIRST_SIZE)
  #labels = new Int32Array(FIRST_SIZE).fill(NOWHERE)
  #next = new Int32Array(FIRST_SIZE)
  #heads = new Int32Array(FIRST_SIZE).fill(END)

  /** The child with a label; -1 if there is none. */
  find(parent: number, label: number): number {
    const parents = this.#parents
    const labels = this.#labels
    let node = this.#heads[this.#chainOf(parent, label)]
    while (node !== END && (parents[node] !== parent || labels[node] !== label)) node = this.#next[node]
    return node
  }

  /** Puts `node`, which must not be in the tree yet, below `parent`. Memory grows with the largest node number. */
  add(node: number, parent: number, label: number): void {
    if (node >= this.#labels.length) this.#grow(node)
    this.#parents[node] = parent
    this.#labels[node] = label
    this.#link(node)
  }

  /** Takes `node` out of the tree. */
  remove(node: number): void {
    const next = this.#next
    const chain = this.#chainOf(this.#parents[node], this.#labels[node])
    this.#labels[node] = NOWHERE
    if (this.#heads[chain] === node) {
      this.#heads[chain] = next[node]
      return
    }
    let before = this.#heads[chain]
    while (next[before] !== node) before = next[before]
    next[before] = next[node]
  }

  /** Parent of a node that was added. */
  parent(node: number): number {
    return this.#parents[node]
  }

  /** The chain of a parent and a label. The multipliers are those of MurmurHash3 (Appleby, public domain). */
  #chainOf(parent: number, label: number): number {
    const mixed = Math.imul(Math.imul(parent, 0xcc9e2d51) ^ label, 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & (this.#heads.length - 1)
  }

  #link(node: number): void {
    const chain = this.#chainOf(this.#parents[node], this.#labels[node])
    this.#next[node] = this.#heads[chain]
    this.#heads[chain] = node
  }

  #grow(most: number): void {
    const nodes = this.#labels.length
    let size = nodes
    while (size <= most) size *= 2
    const parents = new Int32Array(size)
    parents.set(this.#parents)
    const labels = new Int32Array(size).fill(NOWHERE, nodes)
    labels.set(this.#labels)
    this.#parents = parents
    this.#labels = labels
    this.#next = new Int32Array(size)
    this.#heads = new Int32Array(size).fill(END)
    for (let node = 0; node < nodes; node++) if (labels[node] !== NOWHERE) this.#link(node)
  }
}

/**
 * Makes a function that finds the child of a node by its frame in a growing tree. If there is none, `add` makes it and
 * returns its number.
 */
export function findChildren(
  add: (parent: number, frame: number) => number,
): (parent: number, frame: number) => number {
  const children = new Children()
  return (parent, frame) => {
    const known = children.find(parent, frame)
    if (known >= 0) return known
    const node = add(parent, frame)
    children.add(node, parent, frame)
    return node
  }
}
