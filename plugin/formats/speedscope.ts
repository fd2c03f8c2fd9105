import { nameOf } from '../model/names.ts'
import type { CallTree, Chart, Profile } from '../model/profile.ts'
import type { Steps } from '../slices.ts'
import { version } from '../version.ts'
import { depthFirst } from './depth-first.ts'
import { framePath } from './file-url.ts'
import { jsonSteps } from './json.ts'
import { wholeParts } from './whole-parts.ts'

/** What speedscope reads, as far as it is written here: its schema `https://www.speedscope.app/file-format-schema.json`. */
export interface SpeedscopeFile {
  readonly $schema: string
  readonly exporter: string
  readonly name: string
  readonly activeProfileIndex: number
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] }
  readonly profiles: readonly SampledProfile[]
}

interface SpeedscopeFrame {
  readonly name: string
  readonly file?: string
  /** Both 1-based. */
  readonly line?: number
  readonly col?: number
}

interface SampledProfile {
  readonly type: 'sampled'
  readonly name: string
  readonly unit: 'microseconds'
  readonly startValue: number
  readonly endValue: number
  /** Stacks of indices into the frames, outermost first. */
  readonly samples: readonly (readonly number[])[]
  /** How long each lasted. */
  readonly weights: readonly number[]
}

const NODES_PER_STEP = 1024

/**
 * A file for speedscope, as JSON text.
 *
 * A merged profile has each node once, in the order of the tree, with its own time in whole microseconds that add up to
 * `ownUs`, rounded: which ran first is not known. The chart of a request has its spans in order of time, and an empty
 * stack where it did not run; its weights add up to the wall time.
 */
export function* speedscopeSteps(profile: Profile | Chart): Steps<string> {
  const { samples, weights } = 'spans' in profile ? yield* inTime(profile) : yield* merged(profile)
  const file: SpeedscopeFile = {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: `fastify-profiler ${version}`,
    name: profile.title,
    activeProfileIndex: 0,
    shared: { frames: toFrames(profile) },
    profiles: [
      {
        type: 'sampled',
        name: profile.title,
        unit: 'microseconds',
        startValue: 0,
        endValue: weights.reduce((a, b) => a + b, 0),
        samples,
        weights,
      },
    ],
  }
  return yield* jsonSteps(file)
}

type Weighed = Pick<SampledProfile, 'samples' | 'weights'>

function* merged({ tree }: Profile): Steps<Weighed> {
  const us = wholeParts(tree.selfUs)
  const nodes = depthFirst(tree).filter((node) => us[node] > 0)
  return { samples: yield* stacksOf(tree, nodes), weights: nodes.map((node) => us[node]) }
}

function* inTime({ tree, spans, wallUs }: Chart): Steps<Weighed> {
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
  return { samples, weights }
}

/** Frames from the outside in. The root is the selection and no function: it stands only where time is its own. */
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
