import { getHeapStatistics } from 'node:v8'
import { createBlame } from '../plugin/attribution/blame.ts'
import { noteBlock, noteQueue } from '../plugin/attribution/blocks.ts'
import type { RawFrame } from '../plugin/model/raw-tree.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { addMark, phaseCode } from '../plugin/requests/phases.ts'
import { RequestRecord } from '../plugin/requests/record.ts'
import type { Segment } from '../plugin/sampler/segment.ts'
import { createStore } from '../plugin/store/index.ts'
import { createRouteStats } from '../plugin/store/route-stats.ts'
import { createStacks } from '../plugin/store/stacks.ts'
import { IDLE } from '../plugin/tracker/timeline.ts'
import { httpTarget } from '../plugin/tracker/wait-targets.ts'
import { withoutQueryValues } from '../plugin/urls.ts'
import { attribute } from './attribute.ts'

/**
 * Fills a store as the recorder does and prints what it says it holds and how much memory is gone really, as JSON.
 * A program of its own, so that nothing else moves the heap: `node --expose-gc --import=tsx test/kept-bytes.ts urls`.
 */
interface Shape {
  readonly records: number
  readonly samplesEach: number
  /** More than one: all are open at once and take turns. One: they come one after the other. */
  readonly turnsEach: number
  readonly waitsEach: number
  /** At each depth. */
  readonly functions: number
  readonly depth: number
  readonly lines: number
  url(i: number): string
}

const plain = {
  records: 5000,
  samplesEach: 0,
  turnsEach: 1,
  waitsEach: 0,
  functions: 1,
  depth: 1,
  lines: 1,
  url: (i: number) => `/users/${i}`,
}
const shapes: Record<string, Shape> = {
  plain,
  samples: { ...plain, samplesEach: 30, functions: 200, depth: 2, lines: 3 },
  few: { ...plain, samplesEach: 5, functions: 200, depth: 2, lines: 3 },
  stacks: { ...plain, records: 300, samplesEach: 50, functions: 70, depth: 30, lines: 20 },
  places: { ...plain, records: 2000, samplesEach: 50, functions: 20_000, depth: 1, lines: 20 },
  turns: { ...plain, records: 2000, turnsEach: 12, samplesEach: 12 },
  blocks: { ...plain, records: 1000, samplesEach: 60, turnsEach: 2, functions: 1, depth: 20, lines: 3 },
  waits: { ...plain, waitsEach: 10 },
  urls: { ...plain, url: (i) => `/search/${i}?token=${'s3cret'.repeat(500)}${i}` },
  paths: { ...plain, url: (i) => `/${'a/long/path'.repeat(12)}/${i}/${'deep/'.repeat(500)}` },
}

/** Numbers as random as needed, the same in every run. */
function random(): () => number {
  let state = 42
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** A segment of one sample per millisecond in random stacks; its strings are its own, as after `JSON.parse`. */
function segmentOf(shape: Shape, samples: number, startUs: number, chance: () => number): Segment {
  const frames: RawFrame[] = [{ name: '(root)', url: '', line: 0, column: 0, state: 'root' }]
  const known = new Map<number, number>()
  const nodes = new Map<string, number>()
  const parent = [-1]
  const frame = [0]
  const node: number[] = []
  const line: number[] = []
  for (let s = 0; s < samples; s++) {
    let at = 0
    for (let d = 0; d < shape.depth; d++) {
      const f = d * shape.functions + Math.floor(chance() * shape.functions)
      let id = known.get(f)
      if (id === undefined) {
        const name = `handleSomething${f}`
        const url = `file:///srv/app/services/shop/source/part-${f % 97}/module-${f % 499}.js`
        id = frames.push({ name, url, line: 1 + f, column: 7 }) - 1
        known.set(f, id)
      }
      const key = `${at} ${id}`
      let child = nodes.get(key)
      if (child === undefined) {
        parent.push(at)
        child = frame.push(id) - 1
        nodes.set(key, child)
      }
      at = child
    }
    node.push(at)
    line.push(1 + Math.floor(chance() * shape.lines))
  }
  const copy: RawFrame[] = JSON.parse(JSON.stringify(frames))
  return {
    startUs,
    endUs: startUs + samples * 1000,
    frames: copy,
    nodes: { parent: Int32Array.from(parent), frame: Int32Array.from(frame) },
    samples: {
      node: Int32Array.from(node),
      line: Int32Array.from(line),
      timeUs: Float64Array.from(node, (_, i) => startUs + i * 1000 + 500),
    },
  }
}

function used(): number {
  for (let i = 0; i < 4; i++) (globalThis as unknown as { gc(): void }).gc()
  return getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers
}

const IN_A_BATCH = 20

function fill(shape: Shape) {
  const stacks = createStacks()
  const app = { closed: false, bytes: 0 }
  const recorder = { stacks, nobody: createRouteStats('', '', '', app) }
  const store = createStore({ maxBytes: 2 ** 40, maxRequestsPerRoute: 1_000_000 }, stacks, () => 0)
  const chance = random()
  const stats = Array.from({ length: 20 }, (_, i) => createRouteStats(`GET /r${i}`, 'GET', `/r${i}`, app))
  const blame = createBlame(noteBlock, noteQueue)
  const lengthUs = Math.max(1, shape.samplesEach) * 1000
  const batchUs = IN_A_BATCH * lengthUs
  for (let i = 0; i < shape.records; i += IN_A_BATCH) {
    const startUs = 1e6 + (i / IN_A_BATCH) * 2 * batchUs
    const records = Array.from({ length: IN_A_BATCH }, (_, k) =>
      record(i + k, startUs + (shape.turnsEach > 1 ? 0 : k * lengthUs)),
    )
    // One after the other, so many rounds.
    const turns = IN_A_BATCH * shape.turnsEach
    const slices = {
      length: turns + 1,
      timeUs: Float64Array.from({ length: turns + 1 }, (_, t) => startUs + (t * batchUs) / turns),
      holder: [...Array.from({ length: turns }, (_, t) => records[t % IN_A_BATCH]), IDLE as typeof IDLE],
      endUs: startUs + 2 * batchUs,
    }
    const segment = segmentOf(shape, IN_A_BATCH * shape.samplesEach, startUs, chance)
    attribute(slices, [], segment, 1000, () => false, blame)
    for (const [k, one] of records.entries()) {
      one.endUs = startUs + (shape.turnsEach > 1 ? batchUs : (k + 1) * lengthUs) + chance()
      one.totalUs = []
      for (let w = 0; w < shape.waitsEach; w++) {
        addMark(one, phaseCode('handler'), one.startUs + w)
        const path = `/eur/${i}/${k}/${w}?day=1`
        const target = httpTarget({ method: 'GET', protocol: 'http:', host: 'prices.example.com', path })
        one.waits ??= []
        const times = { startUs: one.startUs + w, endUs: one.endUs + chance() }
        one.waits.push({ kind: 'http', target, ...times, by: undefined })
      }
      for (let mark = 0; mark < 8; mark++) one.addMark(16_000 * mark + mark)
      atOnce(store.add([one]))
    }
  }
  return store

  function record(i: number, startUs: number): RequestRecord {
    return new RequestRecord({
      id: i.toString(36),
      recorder,
      stats: stats[i % stats.length],
      method: 'GET',
      url: withoutQueryValues(Buffer.from(shape.url(i)).toString()),
      startedAtMs: 1.7e12 + i,
      startUs: startUs - chance() / 8,
    })
  }
}

const shape = shapes[process.argv[2]]
// Emptied, for V8 may hold on to the first one for a while: it compiles code for it.
fill({ ...shape, records: 400 }).clear(true)
const before = used()
const store = fill(shape)
const real = used() - before
const claimed = store.bytes()
store.clear(true)
console.log(
  JSON.stringify({
    claimed,
    real,
    left: used() - before,
    claimedAfter: store.bytes(),
    evicted: store.evicted(),
  }),
)
