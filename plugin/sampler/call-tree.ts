import { badSegment, type RawNode } from './raw-profile.ts'
import type { SegmentFrame } from './segment.ts'

/** V8's nodes with parents before children; columns of one length. */
export interface PlacedNodes {
  readonly nodes: readonly RawNode[]
  readonly parent: Int32Array
  readonly indexOf: ReadonlyMap<number, number>
}

/** Puts the nodes in order. Throws unless each is called by exactly one other, all but the root. */
export function placeNodes(nodes: readonly RawNode[]): PlacedNodes {
  const byId = new Map<number, RawNode>()
  for (const node of nodes) {
    if (byId.has(node.id)) throw badSegment(`two nodes have the id ${node.id}`)
    byId.set(node.id, node)
  }
  const root = findRoot(nodes, byId)
  const placed = [root]
  const parent = new Int32Array(nodes.length).fill(-1)
  const indexOf = new Map([[root.id, 0]])
  for (let i = 0; i < placed.length; i++) {
    for (const child of placed[i].children ?? []) {
      parent[placed.length] = i
      indexOf.set(child, placed.length)
      placed.push(byId.get(child)!)
    }
  }
  if (placed.length !== nodes.length) throw badSegment('nodes call each other in a circle')
  return { nodes: placed, parent, indexOf }
}

/** Each function once. `first` is the number V8 gives to the first line and to the first column. */
export function internFrames(nodes: readonly RawNode[], first: 0 | 1) {
  const frames: SegmentFrame[] = []
  const known = new Map<string, number>()
  const frame = Int32Array.from(nodes, ({ callFrame }) => {
    const name = callFrame.functionName
    const line = Math.max(0, callFrame.lineNumber + 1 - first)
    const column = Math.max(0, callFrame.columnNumber + 1 - first)
    const key = `${line}:${column}:${callFrame.url}\n${name}`
    const index = known.get(key)
    if (index !== undefined) return index
    const state = callFrame.url === '' && line === 0 ? states.get(name) : undefined
    known.set(key, frames.length)
    frames.push({ name, url: callFrame.url, line, column, ...(state && { state }) })
    return frames.length - 1
  })
  return { frames, frame }
}

/** V8's markers have no script; a function of the same name has one. */
const states: ReadonlyMap<string, SegmentFrame['state']> = new Map([
  ['(root)', 'root'],
  ['(idle)', 'idle'],
  ['(program)', 'program'],
  ['(garbage collector)', 'gc'],
])

function findRoot(nodes: readonly RawNode[], byId: ReadonlyMap<number, RawNode>): RawNode {
  const called = new Set<number>()
  for (const node of nodes) {
    for (const child of node.children ?? []) {
      if (!byId.has(child)) throw badSegment(`node ${node.id} calls node ${child}, which is missing`)
      if (called.has(child)) throw badSegment(`node ${child} has two callers`)
      called.add(child)
    }
  }
  const roots = nodes.filter((node) => !called.has(node.id))
  if (roots.length !== 1) throw badSegment(`${roots.length} nodes have no caller`)
  return roots[0]
}
