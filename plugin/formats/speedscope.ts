import { nameOf } from '../model/names.ts'
import type { CallTree, Chart, Profile } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import { version } from '../version.ts'
import { depthFirst } from './depth-first.ts'
import { framePath } from './file-url.ts'
import { jsonSteps } from './json.ts'
import { wholeParts } from './whole-parts.ts'

/** The part of speedscope's file format that is used here: `https://www.speedscope.app/file-format-schema.json`. */
export interface SpeedscopeFile {
  readonly $schema: string
  readonly exporter: string
  readonly name: string
  readonly activeProfileIndex: number
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] }
  readonly profiles: readonly [SampledProfile | EventedProfile]
}

interface SpeedscopeFrame {
  readonly name: string
  readonly file?: string
  /** 1-based, like `col`. */
  readonly line?: number
  readonly col?: number
}

interface FileProfile {
  readonly name: string
  readonly unit: 'microseconds'
  readonly startValue: number
  readonly endValue: number
}

interface SampledProfile extends FileProfile {
  readonly type: 'sampled'
  /** Stacks of indices into the frames, outermost first. */
  readonly samples: readonly (readonly number[])[]
  /** Duration of each sample. */
  readonly weights: readonly number[]
}

interface EventedProfile extends FileProfile {
  readonly type: 'evented'
  readonly events: readonly SpeedscopeEvent[]
}

/** Opens a frame, or closes the innermost open one. */
interface SpeedscopeEvent {
  readonly type: 'O' | 'C'
  readonly frame: number
  readonly at: number
}

const NODES_PER_STEP = 1024

/**
 * Writes a file for speedscope, as JSON text.
 *
 * For a merged profile, each node that took time is opened and closed once, in the order of the tree, since what ran
 * first is not known; self times are whole microseconds that add up to `ownUs`, rounded. For the chart of a request,
 * spans are in order of time, with an empty stack where it did not run; their weights add up to the wall time.
 */
export function* speedscopeSteps(profile: Profile | Chart): Steps<string> {
  const content = 'spans' in profile ? yield* inTime(profile) : yield* merged(profile)
  const file: SpeedscopeFile = {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: `fastify-profiler ${version}`,
    name: profile.title,
    activeProfileIndex: 0,
    shared: { frames: toFrames(profile) },
    profiles: [{ name: profile.title, unit: 'microseconds', startValue: 0, ...content }],
  }
  return yield* jsonSteps(file)
}

type Content<Kind extends FileProfile> = Omit<Kind, 'name' | 'unit' | 'startValue'>

/** Writes a merged profile as two events per node; whole stacks would take as many numbers as each node is deep. */
function* merged({ tree: { parent, frame, selfUs }, tree }: Profile): Steps<Content<EventedProfile>> {
  const us = wholeParts(selfUs)
  const events: SpeedscopeEvent[] = []
  const open: number[] = []
  let at = 0
  const start = (node: number) => {
    open.push(node)
    events.push({ type: 'O', frame: frame[node], at })
  }
  const end = () => events.push({ type: 'C', frame: frame[open.pop()!], at })

  const nodes = depthFirst(tree).filter((node) => us[node] > 0)
  for (const [i, node] of nodes.entries()) {
    const path = [node]
    while (parent[path.at(-1)!] > 0) path.push(parent[path.at(-1)!])
    path.reverse()
    const same = path.findIndex((one, depth) => one !== open[depth])
    while (open.length > same) end()
    for (const one of path.slice(same)) start(one)
    at += us[node]
    if (i % NODES_PER_STEP === 0) yield
  }
  while (open.length > 0) end()
  return { type: 'evented', endValue: at, events }
}

function* inTime({ tree, spans, wallUs }: Chart): Steps<Content<SampledProfile>> {
  const stacks = yield* stacksOf(tree, spans.node)
  const samples: (readonly number[])[] = []
  const weights: number[] = []
  let nowUs = 0
  const add = (stack: readonly number[], untilUs: number) => {
    if (untilUs <= nowUs) return
    samples.push(stack)
    weights.push(untilUs - nowUs)
    nowUs = untilUs
  }
  stacks.forEach((stack, i) => {
    add([], spans.startUs[i])
    add(stack, spans.endUs[i])
  })
  add([], wallUs)
  return { type: 'sampled', endValue: nowUs, samples, weights }
}

/** Stacks of nodes, outermost frame first. The root is the selection, not a function, so it is only its own stack. */
function* stacksOf({ parent, frame }: CallTree, nodes: readonly number[]): Steps<number[][]> {
  const stacks: number[][] = []
  for (const node of nodes) {
    const stack = [frame[node]]
    for (let at = parent[node]; at > 0; at = parent[at]) stack.push(frame[at])
    stacks.push(stack.reverse())
    if (stacks.length % NODES_PER_STEP === 0) yield
  }
  return stacks
}

function toFrames({ frames, root }: Profile): SpeedscopeFrame[] {
  return frames.map((frame) => ({
    name: nameOf(frame),
    ...(frame.file !== '' && { file: framePath(root, frame.file) }),
    ...(frame.line > 0 && { line: frame.line }),
    ...(frame.column > 0 && { col: frame.column }),
  }))
}
