import type { FunctionInput, LocationInput, ProfileInput, SampleInput } from 'pprof-format'
import { frameKey, nameOf } from '../model/names.ts'
import type { Frame, Profile } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import { moduleUrl } from '../module-url.ts'
import { ownRequire } from '../own-require.ts'
import { version } from '../version.ts'
import { framePath } from './file-url.ts'
import { wholeParts } from './whole-parts.ts'

/** Loads the library when the first profile is written. The published package has a copy of it. */
function pprofFormat() {
  const path = moduleUrl(import.meta.url).endsWith('.ts') ? 'pprof-format' : './pprof-format.cjs'
  return ownRequire(path) as typeof import('pprof-format')
}

const PARTS_PER_STEP = 256
const LOCATIONS_PER_STEP = 1024
const NODES_PER_STEP = 4096

/**
 * Writes the message `perftools.profiles.Profile` that `go tool pprof` and similar tools read, not zipped yet.
 *
 * It has samples and CPU time by stack and, for the innermost function, by line; callers have the line where they
 * begin, since V8 does not say from which line a call was made. Counts add up to `samples`, nanoseconds to `ownUs`.
 * Each sample is labelled with its route: if there are several, `byRoute` has the profile of each, which together make
 * `profile`.
 */
export function* pprofSteps(profile: Profile, byRoute: readonly Profile[] = [profile]): Steps<Uint8Array> {
  const pprof = pprofFormat()
  const strings = new pprof.StringTable()
  const text = (value: string) => strings.dedup(value)
  const functions = functionTable(profile.root, text)
  const locations = locationTable()
  const none = new pprof.StringTable(pprof.emptyTableToken)
  // Concatenated Protocol Buffers messages are one message, whose lists are concatenated too.
  const messages: Uint8Array[] = []
  const write = (part: ProfileInput) =>
    messages.push(new pprof.Profile({ ...part, stringTable: none }).encode())
  const parts: Part[] = []
  for (const one of byRoute) yield* partSteps(one, parts)
  yield
  const ns = wholeParts(parts.map(({ us }) => us * 1000))
  yield
  const sampleOf = ({ of, node, line, samples }: Part, cpuNs: number): SampleInput => {
    const { tree, frames, route } = of
    const locationId = [locations.idOf(functions.idOf(frames[tree.frame[node]]), line)]
    for (let up = tree.parent[node]; up > 0; up = tree.parent[up]) {
      const caller = frames[tree.frame[up]]
      locationId.push(locations.idOf(functions.idOf(caller), caller.line))
    }
    const label = route === undefined ? [] : [{ key: text('route'), str: text(route) }]
    return { locationId, value: [samples, cpuNs], label }
  }
  let next = 0
  for (const some of portions(parts, PARTS_PER_STEP)) {
    const sample: SampleInput[] = []
    for (const part of some) {
      const cpuNs = ns[next++]
      if (part.samples !== 0 || cpuNs !== 0) sample.push(sampleOf(part, cpuNs))
    }
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
    function: functions.list,
    ...timesOf(profile),
    comment: [text(profile.title), text(`fastify-profiler ${version}`)],
    stringTable: strings,
  })
  messages.push(tables.encode())
  return Buffer.concat(messages)
}

/** A part of a node's samples and self time: those of one line, or all whose line is not known. */
interface Part {
  readonly of: Profile
  readonly node: number
  readonly line: number
  readonly samples: number
  readonly us: number
}

function* partSteps(of: Profile, parts: Part[]): Steps<void> {
  const { tree, frames, lines } = of
  const restSamples = [...tree.samples]
  const restUs = [...tree.selfUs]
  for (const [i, node] of lines.node.entries()) {
    parts.push({ of, node, line: lines.line[i], samples: lines.samples[i], us: lines.selfUs[i] })
    restSamples[node] -= lines.samples[i]
    restUs[node] -= lines.selfUs[i]
    if (i % NODES_PER_STEP === 0) yield
  }
  for (const [node, frame] of tree.frame.entries()) {
    // Subtracting leaves rounding errors, which are not time.
    const us = restUs[node] > tree.selfUs[node] * 1e-9 ? restUs[node] : 0
    if (us > 0 || restSamples[node] > 0)
      parts.push({ of, node, line: frames[frame].line, samples: restSamples[node], us })
    if (node % NODES_PER_STEP === 0) yield
  }
}

/** Functions, numbered from 1 in order of appearance; `text` gives the index of a string in the string table. */
function functionTable(root: string, text: (value: string) => number) {
  const list: FunctionInput[] = []
  const byFrame = new Map<Frame, number>()
  const byKey = new Map<string, number>()
  return {
    list,
    idOf(frame: Frame): number {
      const known = byFrame.get(frame)
      if (known !== undefined) return known
      const key = frameKey(frame)
      let id = byKey.get(key)
      if (id === undefined) {
        id = list.length + 1
        byKey.set(key, id)
        list.push({
          id,
          name: text(nameOf(frame)),
          systemName: text(frame.name),
          filename: text(framePath(root, frame.file)),
          startLine: frame.line,
        })
      }
      byFrame.set(frame, id)
      return id
    },
  }
}

function* portions<Item>(list: readonly Item[], size: number): Iterable<Item[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size)
}

/** Lines of functions, numbered from 1 in order of appearance. */
function locationTable() {
  const list: LocationInput[] = []
  const byFunction = new Map<number, Map<number, number>>()
  return {
    list,
    idOf(functionId: number, line: number): number {
      let byLine = byFunction.get(functionId)
      if (byLine === undefined) {
        byLine = new Map()
        byFunction.set(functionId, byLine)
      }
      let id = byLine.get(line)
      if (id === undefined) {
        id = list.length + 1
        list.push({ id, line: [{ functionId, line }] })
        byLine.set(line, id)
      }
      return id
    },
  }
}

/** Start and duration in 64-bit nanoseconds; empty if there are no requests. */
function timesOf({ startedAt, endedAt }: Profile) {
  if (startedAt === '' || endedAt === '') return {}
  const nanos = (ms: number) => BigInt(ms) * 1_000_000n
  const start = Date.parse(startedAt)
  return { timeNanos: nanos(start), durationNanos: nanos(Date.parse(endedAt) - start) }
}
