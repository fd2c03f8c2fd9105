import { BadProfile, type RawNode } from './raw-profile.ts'

/** A function as V8 names it: its position is in the code that runs, not its source; `url` may also be a path. */
export interface RawFrame {
  /** `''` for an anonymous function. */
  readonly name: string
  readonly url: string
  /** 1-based, like `column`; 0 when there is none. */
  readonly line: number
  readonly column: number
  /** Set for V8's own markers, which are not functions. */
  readonly state?: 'root' | 'idle' | 'program' | 'gc'
}

/** V8's nodes with parents before children, in columns of the same length. */
export interface PlacedNodes {
  readonly nodes: readonly RawNode[]
  readonly parent: Int32Array
  /** Index of the node with V8's `id`; undefined if there is none. */
  indexOf(id: number): number | undefined
}

/** Puts the nodes in order. Throws unless each one except the root is called by exactly one other. */
export function placeNodes(nodes: readonly RawNode[]): PlacedNodes {
  /** Index of each node in V8's list, by id. */
  const place = new Map<number, number>()
  nodes.forEach(({ id }, at) => {
    place.set(id, at)
  })
  if (place.size !== nodes.length) throw new BadProfile('two nodes have one id')
  const root = findRoot(nodes, place)
  const index = new Int32Array(nodes.length)
  const parent = new Int32Array(nodes.length).fill(-1)
  const placed = [nodes[root]]
  for (let i = 0; i < placed.length; i++) {
    for (const child of placed[i].children ?? []) {
      const at = place.get(child)!
      index[at] = placed.length
      parent[placed.length] = i
      placed.push(nodes[at])
    }
  }
  if (placed.length !== nodes.length) throw new BadProfile('nodes call each other in a circle')
  const indexOf = (id: number) => {
    const at = place.get(id)
    return at === undefined ? undefined : index[at]
  }
  return { nodes: placed, parent, indexOf }
}

/** Lists each function once. `first` is the number that V8 gives to the first line and column. */
export function internFrames(nodes: readonly RawNode[], first: 0 | 1) {
  const frames: RawFrame[] = []
  const scripts = new Map<string, Map<string | number, number>>()
  const frame = Int32Array.from(
    nodes,
    ({ callFrame: { functionName: name, url, lineNumber, columnNumber } }) => {
      const line = Math.max(0, lineNumber + 1 - first)
      const column = Math.max(0, columnNumber + 1 - first)
      let known = scripts.get(url)
      if (!known) {
        known = new Map()
        scripts.set(url, known)
      }
      // Nearly always there is one name at a position, and a number is found faster than a string.
      let key: string | number = line === 0 ? `0:0:${name}` : line * 2 ** 24 + column
      let index = known.get(key)
      if (index !== undefined && frames[index].name !== name) {
        key = `${line}:${column}:${name}`
        index = known.get(key)
      }
      if (index !== undefined) return index
      known.set(key, frames.length)
      const state = url === '' && line === 0 ? states.get(name) : undefined
      frames.push({ name, url, line, column, ...(state && { state }) })
      return frames.length - 1
    },
  )
  return { frames, frame }
}

/** V8's markers by name; unlike functions of the same name, they have no script. */
const states: ReadonlyMap<string, RawFrame['state']> = new Map([
  ['(root)', 'root'],
  ['(idle)', 'idle'],
  ['(program)', 'program'],
  ['(garbage collector)', 'gc'],
])

function findRoot(nodes: readonly RawNode[], place: ReadonlyMap<number, number>): number {
  const called = new Uint8Array(nodes.length)
  for (const { id, children } of nodes) {
    for (const child of children ?? []) {
      const at = place.get(child)
      if (at === undefined) throw new BadProfile(`node ${id} calls node ${child}, which is missing`)
      if (called[at]) throw new BadProfile(`node ${child} has two callers`)
      called[at] = 1
    }
  }
  const root = called.indexOf(0)
  if (root < 0) throw new BadProfile('there is no root')
  if (called.indexOf(0, root + 1) >= 0) throw new BadProfile('there is more than one root')
  return root
}
