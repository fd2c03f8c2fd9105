import { Children } from '../model/children.ts'
import type { RawFrame } from '../model/raw-tree.ts'

/**
 * The stacks of all kept samples, each stored once: node `i` is a site (function and, where samples ended, line)
 * below another node, so that a sample is one number.
 *
 * Nodes are reference-counted: each sample and each child holds a node, and a node that nothing holds is freed at once,
 * with its function. So memory follows what is kept, without a sweep. Node 0 is the root and stays.
 */
export interface Stacks {
  /** The site of a frame; `line` is that in which samples ended, or 0 for calls. Valid until the next `release`. */
  site(frame: RawFrame, line: number): Site
  /** The node of `site` called from `parent`; it must be held, or be the parent of one that is. */
  node(parent: number, site: Site): number
  /** Counts a sample that holds `node` from now on. */
  hold(node: number): void
  /** Counts out a sample that held `node`. */
  release(node: number): void
  parent(node: number): number
  frame(node: number): RawFrame
  line(node: number): number
  /** Bytes in use, computed from the measured cost of the parts. */
  bytes(): number
  /** Nodes in use. */
  size(): number
  /** How often nodes were freed: while it stays the same, nodes and sites that were found stay valid. */
  freed(): number
  /** Greater than the number of any node. */
  room(): number
}

/** A function with a line. */
export interface Site {
  readonly key: string
  readonly id: number
  readonly frame: RawFrame
  readonly line: number
  holders: number
}

// Measured on V8 11 to 14: for nodes, columns of numbers; for sites, an object, two strings and a Map entry.
const NODE_BYTES = 24
const SITE_BYTES = 320
/** Columns keep the size of the most nodes there ever were, and shrink only when none is left. */
const COLUMNS_BYTES = 28

export function createStacks(): Stacks {
  /** Site by node; `holders` is how many samples and children hold it. */
  const siteOf: Site[] = [
    { key: '', id: 0, frame: { name: '', url: '', line: 0, column: 0 }, line: 0, holders: 1 },
  ]
  const holders: number[] = [1]
  const freeNodes: number[] = []
  let children = new Children()
  const siteByKey = new Map<string, Site>()
  const freeSites: number[] = []
  let sites = 1
  let size = 0
  let freed = 0

  function siteFor(frame: RawFrame, line: number): Site {
    const { name } = frame
    const key = `${frame.line}:${frame.column}:${line}:${name.length}:${name}${frame.url}`
    let site = siteByKey.get(key)
    if (site === undefined) {
      site = { key, id: freeSites.pop() ?? sites++, frame, line, holders: 0 }
      siteByKey.set(key, site)
    }
    return site
  }

  function letGo(node: number): void {
    for (let at = node; at > 0 && --holders[at] === 0; ) {
      const site = siteOf[at]
      const parent = children.parent(at)
      children.remove(at)
      siteOf[at] = siteOf[0]
      freeNodes.push(at)
      size--
      freed++
      if (--site.holders === 0) {
        siteByKey.delete(site.key)
        freeSites.push(site.id)
      }
      at = parent
    }
    if (size > 0) return
    for (const column of [siteOf, holders]) column.length = 1
    freeNodes.length = 0
    children = new Children()
  }

  return {
    site: siteFor,
    node(parent, site) {
      const known = children.find(parent, site.id)
      if (known >= 0) return known
      const node = freeNodes.pop() ?? holders.length
      children.add(node, parent, site.id)
      siteOf[node] = site
      holders[node] = 0
      site.holders++
      holders[parent]++
      size++
      return node
    },
    hold(node) {
      holders[node]++
    },
    release: letGo,
    parent: (node) => children.parent(node),
    frame: (node) => siteOf[node].frame,
    line: (node) => siteOf[node].line,
    bytes: () => size * NODE_BYTES + siteByKey.size * SITE_BYTES + (holders.length - 1) * COLUMNS_BYTES,
    size: () => size,
    freed: () => freed,
    room: () => holders.length,
  }
}
