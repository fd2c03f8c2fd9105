import type { Chart, Frame } from '../../plugin/model/profile.ts'
import type { Sight } from './sight.ts'

const notSampled: Frame = { name: '(not sampled)', file: '', line: 0, column: 0, kind: 'system' }

/**
 * A chart as it is shown: its spans stand in the sight's tree, and those of which nothing is shown are left out. Spans
 * that touch can be of one node. Its last frame stands for time of which nothing is known.
 */
export function shownChart({ wallUs, spans }: Chart, { profile, nodeOf, only }: Sight): Chart {
  const shown = {
    node: [] as number[],
    startUs: [] as number[],
    endUs: [] as number[],
    samples: [] as number[],
  }
  for (let i = 0; i < spans.node.length; i++) {
    const node = spans.node[i] > 0 ? nodeOf(spans.node[i]) : only === undefined ? 0 : -1
    if (node < 0) continue
    shown.node.push(node)
    shown.startUs.push(spans.startUs[i])
    shown.endUs.push(spans.endUs[i])
    shown.samples.push(spans.samples[i])
  }
  return { ...profile, frames: [...profile.frames, notSampled], wallUs, spans: shown }
}
