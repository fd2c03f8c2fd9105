import type { Chart, Frame } from '../../plugin/model/profile.ts'
import type { Sight } from './sight.ts'

const notSampled: Frame = { name: '(not sampled)', file: '', line: 0, column: 0, kind: 'system' }

/**
 * A chart as it is shown: its spans stand in the sight's tree, and those of which nothing is shown are left out. Spans
 * that touch can be of one node. Its last frame stands for time of which nothing is known.
 */
export function shownChart({ wallUs, spans }: Chart, { profile, nodeOf, only }: Sight): Chart {
  const shown = spans.node.map((node) => (node > 0 ? nodeOf(node) : only === undefined ? 0 : -1))
  const kept = (_: number, i: number) => shown[i] >= 0
  return {
    ...profile,
    frames: [...profile.frames, notSampled],
    wallUs,
    spans: {
      node: shown.filter(kept),
      startUs: spans.startUs.filter(kept),
      endUs: spans.endUs.filter(kept),
      samples: spans.samples.filter(kept),
    },
  }
}
