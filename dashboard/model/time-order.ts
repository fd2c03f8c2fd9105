import type { Chart, Column } from '../../plugin/model/profile.ts'
import { sumUp } from '../../plugin/model/tree.ts'
import { type CallEvents, depths, walkCalls } from './calls.ts'
import type { Picture } from './picture.ts'

/** A picture in order of time; each box is a node of its own. */
export interface TimeOrder extends Picture {
  /** By box, its node in the chart's tree; -1 if nothing is known. */
  readonly treeNode: Int32Array
}

/**
 * The calls of a request in order of time. Box 0 is the wall time; every other box is a function for as long as it was on
 * the stack without a break, so a function that is called again has another box, and there are none where the request
 * did not run. Time of which nothing is known stands below the callers that were there before and after it. All
 * guarantees of `Boxes` hold, except that children are in order of time.
 *
 * The calls are walked twice, to count the boxes of each row and then to place them: so there is no object per box, and no
 * growing list.
 */
export function timeOrder(chart: Chart<Column>): TimeOrder {
  const { tree } = chart
  const rows = countRows(chart)
  const size = rows[rows.length - 1]
  const boxes = {
    rows,
    start: new Float64Array(size),
    end: new Float64Array(size),
    parent: new Int32Array(size),
    node: new Int32Array(size),
    frame: new Int32Array(size),
  }
  const treeNode = new Int32Array(size)
  const selfUs = new Float64Array(size)
  const samples = new Float64Array(size)
  /** Index of the next box of each row, and of the one that is open there. */
  const next = rows.slice()
  const open = new Int32Array(rows.length)

  const put: CallEvents = {
    open(row, node, frame, us) {
      const box = next[row]++
      open[row] = box
      boxes.start[box] = us
      boxes.parent[box] = row === 0 ? -1 : open[row - 1]
      boxes.node[box] = box
      boxes.frame[box] = frame
      treeNode[box] = node
    },
    close(row, us) {
      boxes.end[open[row]] = us
    },
    spent(row, us, count) {
      selfUs[open[row]] += us
      samples[open[row]] += count
    },
  }
  put.open(0, 0, tree.frame[0], 0)
  put.close(0, chart.wallUs)
  walkCalls(chart, put)
  return {
    tree: { parent: boxes.parent, frame: boxes.frame, selfUs, samples },
    totalUs: sumUp(boxes.parent, selfUs),
    totalSamples: sumUp(boxes.parent, samples),
    boxes,
    treeNode,
    inverted: false,
    inOrder: true,
  }
}

/** Computes `Boxes.rows`. The root always has a row. */
function countRows(chart: Chart<Column>): Int32Array {
  const deepest = depths(chart.tree).reduce((a, b) => Math.max(a, b), 0)
  // Unknown time is at most one row below the deepest node, and a row without boxes ends the count.
  const counts = new Int32Array(deepest + 3)
  counts[0] = 1
  walkCalls(chart, {
    open(row) {
      counts[row]++
    },
    close() {},
    spent() {},
  })
  const rows = new Int32Array(counts.indexOf(0) + 1)
  for (let row = 1; row < rows.length; row++) rows[row] = rows[row - 1] + counts[row - 1]
  return rows
}
