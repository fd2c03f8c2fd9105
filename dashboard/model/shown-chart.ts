import { type Chart, type Column, type Frame, NOT_SAMPLED } from '../../plugin/model/profile.ts'
import type { Sight } from './sight.ts'

const notSampled: Frame = { name: NOT_SAMPLED, file: '', line: 0, column: 0, kind: 'system' }

/**
 * A chart as it is shown: its spans refer to the sight's tree, and spans that are not shown are left out. Spans that touch
 * can belong to one node. Its last frame represents time of which nothing is known.
 */
export function shownChart(
  { wallUs, afterUs, spans }: Chart<Column>,
  { profile, became, only }: Sight,
): Chart<Column> {
  const frames = [...profile.frames, notSampled]
  if (became === undefined) return { ...profile, frames, wallUs, afterUs, spans }
  const size = spans.node.length
  const [node, startUs, endUs, samples] = Array.from({ length: 4 }, () => new Float64Array(size))
  let count = 0
  for (let i = 0; i < size; i++) {
    const at = spans.node[i] > 0 ? became[spans.node[i]] : only === undefined ? 0 : -1
    if (at < 0) continue
    node[count] = at
    startUs[count] = spans.startUs[i]
    endUs[count] = spans.endUs[i]
    samples[count++] = spans.samples[i]
  }
  const cut = (column: Float64Array) => column.subarray(0, count)
  const shown = { node: cut(node), startUs: cut(startUs), endUs: cut(endUs), samples: cut(samples) }
  return { ...profile, frames, wallUs, afterUs, spans: shown }
}
