import { createRequire } from 'node:module'
import type { FunctionInput, LocationInput, ProfileInput } from 'pprof-format'
import { nameOf } from '../model/names.ts'
import type { Profile } from '../model/profile.ts'
import type { Steps } from '../steps.ts'
import { version } from '../version.ts'
import { framePath } from './file-url.ts'
import { wholeParts } from './whole-parts.ts'

const require = createRequire(import.meta.url)

/** Loaded when the first profile is written. What is published has a copy of it. */
function pprofFormat() {
  const path = import.meta.url.endsWith('.ts') ? 'pprof-format' : './pprof-format.cjs'
  return require(path) as typeof import('pprof-format')
}

const PARTS_PER_STEP = 256
const LOCATIONS_PER_STEP = 1024
const NODES_PER_STEP = 4096

/**
 * The message `perftools.profiles.Profile` that `go tool pprof` and its like read, not zipped yet.
 *
 * Samples and CPU time by stack and, in the innermost function, by line; callers stand at the line where they begin, for
 * V8 does not say from which line a call was made. The counts add up to `samples`, the nanoseconds to `ownUs`.
 */
export function* pprofSteps(profile: Profile): Steps<Uint8Array> {
  const pprof = pprofFormat()
  const { tree, frames, route } = profile
  const strings = new pprof.StringTable()
  const text = (value: string) => strings.dedup(value)
  const locations = locationTable()
  const label = route === undefined ? [] : [{ key: text('route'), str: text(route) }]
  const none = new pprof.StringTable(pprof.emptyTableToken)
  // Messages one after the other are one message, in which lists go on.
  const messages: Uint8Array[] = []
  const write = (part: ProfileInput) =>
    messages.push(new pprof.Profile({ ...part, stringTable: none }).encode())
  for (const parts of portions(yield* partSteps(profile), PARTS_PER_STEP)) {
    const sample = parts.map(({ node, line, samples, ns }) => {
      const locationId = [locations.idOf(tree.frame[node], line)]
      for (let at = tree.parent[node]; at > 0; at = tree.parent[at]) {
        locationId.push(locations.idOf(tree.frame[at], frames[tree.frame[at]].line))
      }
      return { locationId, value: [samples, ns], label }
    })
    write({ sample })
    yield
  }
  for (const location of portions(locations.list, LOCATIONS_PER_STEP)) {
    write({ location })
    yield
  }
  const cpu = { type: text('cpu'), unit: text('nanoseconds') }
  const tables = new pprof.Profile({
    sampleType: [{ type: text('samples'), unit: text('count') }, cpu],
    defaultSampleType: cpu.type,
    periodType: cpu,
    period: Math.round(profile.intervalUs * 1000),
    function: functionsOf(profile, text),
    ...timesOf(profile),
    comment: [text(profile.title), text(`fastify-profiler ${version}`)],
    stringTable: strings,
  })
  messages.push(tables.encode())
  return Buffer.concat(messages)
}

/** A function for each frame, numbered from 1 on; `text` gives strings their places in the table. */
function functionsOf({ frames, root }: Profile, text: (value: string) => number): FunctionInput[] {
  return frames.map((frame, i) => ({
    id: i + 1,
    name: text(nameOf(frame)),
    systemName: text(frame.name),
    filename: text(framePath(root, frame.file)),
    startLine: frame.line,
  }))
}

/** A part of what ended in a node: one line of it, or all of which the line is not known. */
interface Part {
  readonly node: number
  readonly line: number
  readonly samples: number
  readonly ns: number
}

function* partSteps({ tree, frames, lines }: Profile): Steps<Part[]> {
  const parts: { node: number; line: number; samples: number; us: number }[] = []
  const restSamples = [...tree.samples]
  const restUs = [...tree.selfUs]
  for (const [i, node] of lines.node.entries()) {
    parts.push({ node, line: lines.line[i], samples: lines.samples[i], us: lines.selfUs[i] })
    restSamples[node] -= lines.samples[i]
    restUs[node] -= lines.selfUs[i]
    if (i % NODES_PER_STEP === 0) yield
  }
  for (const [node, frame] of tree.frame.entries()) {
    // What adding up leaves is no time.
    const us = restUs[node] > tree.selfUs[node] * 1e-9 ? restUs[node] : 0
    parts.push({ node, line: frames[frame].line, samples: restSamples[node], us })
    if (node % NODES_PER_STEP === 0) yield
  }
  yield
  const ns = wholeParts(parts.map(({ us }) => us * 1000))
  yield
  return parts
    .map(({ node, line, samples }, i) => ({ node, line, samples, ns: ns[i] }))
    .filter((part) => part.samples > 0 || part.ns > 0)
}

function* portions<Item>(list: readonly Item[], size: number): Iterable<Item[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size)
}

/** Lines of functions, numbered from 1 on as they come. */
function locationTable() {
  const list: LocationInput[] = []
  const byFrame = new Map<number, Map<number, number>>()
  return {
    list,
    idOf(frame: number, line: number): number {
      let byLine = byFrame.get(frame)
      if (byLine === undefined) {
        byLine = new Map()
        byFrame.set(frame, byLine)
      }
      let id = byLine.get(line)
      if (id === undefined) {
        id = list.length + 1
        list.push({ id, line: [{ functionId: frame + 1, line }] })
        byLine.set(line, id)
      }
      return id
    },
  }
}

/** 64-bit nanoseconds; nothing where no request says when it was. */
function timesOf({ startedAt, endedAt }: Profile) {
  if (startedAt === '' || endedAt === '') return {}
  const nanos = (ms: number) => BigInt(ms) * 1_000_000n
  const start = Date.parse(startedAt)
  return { timeNanos: nanos(start), durationNanos: nanos(Date.parse(endedAt) - start) }
}
