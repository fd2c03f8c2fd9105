import { atOnce } from '../plugin/model/steps.ts'
import { RequestRecord } from '../plugin/requests/record.ts'
import { addSample, BYTES_PER_SAMPLE, createSampleList } from '../plugin/requests/sample-list.ts'
import { createStore } from '../plugin/store/index.ts'
import { createRouteStats } from '../plugin/store/route-stats.ts'
import { createStacks } from '../plugin/store/stacks.ts'
import { median } from './measure.ts'

export interface MemoryResult {
  readonly requests: number
  readonly samples: number
  /** Bytes that a kept sample takes by design. */
  readonly bytesPerSample: number
  /** Bytes per sample as measured on the heap: all that 200 more samples per request took, over their number. */
  readonly measuredPerSample: number
  /** Bytes that the store says it holds, over those that the heap grew by. */
  readonly saidOverMeasured: number
}

/** Repetitions, of which the median counts: garbage from before may be collected during a measurement. */
const TIMES = 5

/** Fills a store with requests of few and of many samples, and measures the difference. Needs `--expose-gc`. */
export function memory(): MemoryResult {
  const requests = 2000
  const [few, many] = [20, 220]
  const times = Array.from({ length: TIMES }, () => ({
    light: weigh(requests, few),
    heavy: weigh(requests, many),
  }))
  return {
    requests,
    samples: requests * many,
    bytesPerSample: BYTES_PER_SAMPLE,
    measuredPerSample: median(
      times.map(({ light, heavy }) => (heavy.grown - light.grown) / (requests * (many - few))),
    ),
    saidOverMeasured: median(times.map(({ heavy }) => heavy.said / heavy.grown)),
  }
}

function weigh(requests: number, samples: number): { grown: number; said: number } {
  const before = heapUsed()
  const stacks = createStacks()
  const recorder = { stacks, nobody: createRouteStats('', '', '', { closed: false, bytes: 0 }) }
  const store = createStore({ maxBytes: 2 ** 40, maxRequestsPerRoute: requests }, stacks, () => 0)
  const stats = createRouteStats('GET /', 'GET', '/', { closed: false, bytes: 0 })
  const nodes = callTree(stacks)
  for (let i = 0; i < requests; i++) {
    const record = new RequestRecord({
      id: i.toString(36),
      recorder,
      stats,
      method: 'GET',
      url: `/${i}`,
      startedAtMs: 0,
      startUs: i,
    })
    record.endUs = i + 1000
    record.samples = createSampleList()
    for (let s = 0; s < samples; s++) {
      const node = nodes[(i * 31 + s * 7) % nodes.length]
      stacks.hold(node)
      addSample(record.samples, node, s * 1000, 0)
    }
    atOnce(store.add([record]))
  }
  const result = { grown: heapUsed() - before, said: store.bytes() }
  store.clear(true)
  return result
}

/** A call tree of a few thousand places, as a service has. */
function callTree(stacks: ReturnType<typeof createStacks>): number[] {
  const nodes: number[] = []
  for (let i = 0; i < 3000; i++) {
    const parent = i === 0 ? 0 : nodes[Math.floor((i * 7919) % i)]
    nodes.push(
      stacks.node(parent, stacks.site({ name: `f${i % 800}`, url: 'app.js', line: i % 800, column: 1 }, 0)),
    )
  }
  return nodes
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}
