import type { Browser } from 'playwright-core'
import { walkCalls } from '../../dashboard/model/calls.ts'
import { cpuProfileSteps } from '../../plugin/formats/cpuprofile.ts'
import type { Chart } from '../../plugin/model/profile.ts'
import { atOnce } from '../../plugin/model/steps.ts'
import { bigProfile, randomOf } from '../../test/fake-data.ts'
import type { FakeServer } from '../../test/fake-server.ts'
import type { Comparators } from './comparators.ts'
import { type OpenCost, watch } from './observe.ts'

/** Opening a flame chart in order of time. */
export interface ChartOpening extends OpenCost {
  readonly viewer: string
  readonly boxes: number
  /** Busy time, over that of `speedscope` with the same samples. */
  readonly overSpeedscope: number
}

const SIZES = [100_000, 1_000_000]
const NODES = 85_000
const SPAN_US = 1000

/** Measures opening charts in order of time, in the dashboard and in `speedscope`. */
export async function charts(
  browser: Browser,
  server: FakeServer,
  comparators: Comparators,
): Promise<ChartOpening[]> {
  const [{ id }] = server.addRequests(1, 'GET /search')
  const openings: ChartOpening[] = []
  for (const size of SIZES) {
    const chart = bigChart(size)
    server.answers.set(`api/requests/${id}/chart`, { status: 200, body: chart })
    const file = comparators.write(`${size}.cpuprofile`, JSON.stringify(inOrder(chart)))
    const urls = {
      dashboard: [`${server.url}?request=${id}&all`, '.flame-box'],
      speedscope: [`${comparators.url}speedscope/index.html#profileURL=${comparators.url}${file}`, 'canvas'],
    } as const
    const costs = new Map<string, OpenCost>()
    for (const [viewer, [url, shown]] of Object.entries(urls)) {
      const { cost, close } = await watch(browser, url, shown)
      costs.set(viewer, cost)
      await close()
    }
    for (const [viewer, cost] of costs) {
      const overSpeedscope = cost.busyMs / costs.get('speedscope')!.busyMs
      openings.push({ viewer, boxes: boxesOf(chart), ...cost, overSpeedscope })
    }
  }
  return openings
}

/** The chart of a request that goes from place to place in a large tree, until there are that many boxes. */
function bigChart(boxes: number): Chart {
  const profile = bigProfile(NODES)
  const random = randomOf(7)
  const spans = {
    node: [] as number[],
    startUs: [] as number[],
    endUs: [] as number[],
    samples: [] as number[],
  }
  let chart: Chart = { ...profile, wallUs: 0, afterUs: 0, spans }
  while (boxesOf(chart) < boxes) {
    for (let i = 0; i < boxes / 100; i++) {
      const at = spans.node.length * SPAN_US
      const node = 1 + Math.floor(random() * (NODES - 1))
      if (node === spans.node.at(-1)) continue
      spans.node.push(node)
      spans.startUs.push(at)
      spans.endUs.push(at + SPAN_US)
      spans.samples.push(1)
    }
    chart = { ...chart, wallUs: spans.node.length * SPAN_US }
  }
  return chart
}

function boxesOf(chart: Chart): number {
  let boxes = 1
  walkCalls(chart, { open: () => boxes++, close() {}, spent() {} })
  return boxes
}

/** The chart as a `.cpuprofile`, which others open, with the samples in the chart's order. */
function inOrder(chart: Chart) {
  const { spans } = chart
  return {
    ...atOnce(cpuProfileSteps(chart)),
    startTime: 0,
    endTime: chart.wallUs,
    samples: spans.node.map((node) => node + 1),
    timeDeltas: spans.startUs.map((us, i) => (i === 0 ? us : us - spans.startUs[i - 1])),
  }
}
