import type { CallTree, Chart } from '../../plugin/model/profile.ts'
import type { Boxes } from './boxes.ts'
import type { Picture } from './picture.ts'

/** A picture in order of time; its boxes are nodes of their own. */
export interface TimeOrder extends Picture {
  /** By box, its node in the chart's tree; -1 where nothing is known. */
  readonly treeNode: Int32Array
}

/**
 * What a request ran, in order of time. Box 0 is its wall time; every other box is a function for as long as it stood in
 * the stack without a break, so one that is called again has a box again, and where the request did not run there is
 * none. Time of which nothing is known stands below the callers that were there before and after it. All that `Boxes`
 * promises holds, but that children stand in order of time.
 *
 * One walk over the spans: each leaves the boxes that it shares with the one before as they are.
 */
export function timeOrder(chart: Chart): TimeOrder {
  const { spans, tree, frames } = chart
  const depth = depths(tree)
  const calls = createCalls(tree.frame[0], chart.wallUs)
  const path: number[] = []
  let lastEndUs = -1

  /** How many rows of a node's stack are open; those that are not are in `path`. */
  const shared = (node: number, goesOn: number) => {
    let row = depth[node]
    for (let at = node; row > 0 && !(row <= goesOn && calls.nodeAt(row) === at); row--) {
      path[row] = at
      at = tree.parent[at]
    }
    return row
  }
  for (let i = 0; i < spans.node.length; i++) {
    const node = spans.node[i]
    const startUs = spans.startUs[i]
    const goesOn = startUs === lastEndUs ? calls.depth() : 0
    const known = node > 0
    const after = spans.startUs[i + 1] === spans.endUs[i] ? spans.node[i + 1] : 0
    const row = shared(known ? node : after, goesOn)
    calls.close(row, lastEndUs)
    if (!known) calls.open(-1, frames.length - 1, startUs)
    else for (let at = row + 1; at <= depth[node]; at++) calls.open(path[at], tree.frame[path[at]], startUs)
    calls.add(spans.endUs[i] - startUs, spans.samples[i])
    lastEndUs = spans.endUs[i]
  }
  calls.close(0, lastEndUs)
  return inRows(calls)
}

/** Calls in the order in which they began, a caller before those it called: columns by call. */
interface Calls {
  readonly row: number[]
  readonly parent: number[]
  readonly frame: number[]
  readonly node: number[]
  readonly startUs: number[]
  readonly endUs: number[]
  readonly selfUs: number[]
  readonly samples: number[]
}

function createCalls(rootFrame: number, wallUs: number) {
  const calls: Calls = {
    row: [0],
    parent: [-1],
    frame: [rootFrame],
    node: [0],
    startUs: [0],
    endUs: [wallUs],
    selfUs: [0],
    samples: [0],
  }
  /** By row: the calls that are open. */
  const open = [0]
  return {
    ...calls,
    depth: () => open.length - 1,
    nodeAt: (row: number) => calls.node[open[row]],
    open(node: number, frame: number, us: number) {
      calls.row.push(open.length)
      calls.parent.push(open[open.length - 1])
      calls.frame.push(frame)
      calls.node.push(node)
      calls.startUs.push(us)
      calls.endUs.push(us)
      calls.selfUs.push(0)
      calls.samples.push(0)
      open.push(calls.row.length - 1)
    },
    /** Ends what is open below a row. */
    close(row: number, us: number) {
      for (let at = row + 1; at < open.length; at++) calls.endUs[open[at]] = us
      open.length = row + 1
    },
    /** Time and samples of the innermost call. */
    add(us: number, samples: number) {
      const call = open[open.length - 1]
      calls.selfUs[call] += us
      calls.samples[call] += samples
    },
  }
}

/** Row by row; calls of one row stay in order, so they stand from left to right. */
function inRows(calls: Calls): TimeOrder {
  const size = calls.row.length
  const rows = new Int32Array(calls.row.reduce((a, b) => Math.max(a, b), 0) + 2)
  for (let call = 0; call < size; call++) rows[calls.row[call] + 1]++
  for (let row = 1; row < rows.length; row++) rows[row] += rows[row - 1]
  const boxes: Boxes = {
    rows,
    start: new Float64Array(size),
    end: new Float64Array(size),
    parent: new Int32Array(size),
    node: Int32Array.from({ length: size }, (_, box) => box),
    frame: new Int32Array(size),
  }
  const next = rows.slice()
  const boxOf = new Int32Array(size)
  const treeNode = new Int32Array(size)
  const selfUs = new Float64Array(size)
  const samples = new Float64Array(size)
  for (let call = 0; call < size; call++) {
    const box = next[calls.row[call]]++
    boxOf[call] = box
    boxes.start[box] = calls.startUs[call]
    boxes.end[box] = calls.endUs[call]
    boxes.parent[box] = call === 0 ? -1 : boxOf[calls.parent[call]]
    boxes.frame[box] = calls.frame[call]
    treeNode[box] = calls.node[call]
    selfUs[box] = calls.selfUs[call]
    samples[box] = calls.samples[call]
  }
  const tree = { parent: boxes.parent, frame: boxes.frame, selfUs, samples }
  const [totalUs, totalSamples] = [sums(selfUs, boxes.parent), sums(samples, boxes.parent)]
  return { tree, boxes, totalUs, totalSamples, inverted: false, inOrder: true, treeNode }
}

/** Of each box and all below it. */
function sums(own: Float64Array, parent: Int32Array): Float64Array {
  const total = own.slice()
  for (let box = total.length - 1; box > 0; box--) total[parent[box]] += total[box]
  return total
}

function depths({ parent }: CallTree): Int32Array {
  const depth = new Int32Array(parent.length)
  for (let node = 1; node < depth.length; node++) depth[node] = depth[parent[node]] + 1
  return depth
}
