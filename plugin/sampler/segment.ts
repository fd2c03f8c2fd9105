import type { RawFrame } from '../model/raw-tree.ts'
import type { Steps } from '../model/steps.ts'
import type { SamplerName } from '../model/wire/status.ts'

/**
 * What V8 saw between two rotations, in one form for all samplers. It is normalised when it is read, and nowhere else:
 * lines and columns 1-based, times in microseconds of `clock.ts` and in order, indices instead of ids.
 */
export interface Segment {
  readonly startUs: number
  readonly endUs: number
  readonly frames: readonly RawFrame[]
  /** Node `i` is a frame at a place in a stack. `parent[0] === -1`, `parent[i] < i` for all others. */
  readonly nodes: { readonly parent: Int32Array; readonly frame: Int32Array }
  /** Samples of V8's timer, without those it adds at events. Columns of one length, times never decreasing. */
  readonly samples: {
    readonly node: Int32Array
    /**
     * 1-based line in which the sample ended, 0 where V8 does not say. V8 counts lines per node, not per sample:
     * the counts of a node are dealt to its samples in order, so sums per node and line are exact.
     */
    readonly line: Int32Array
    readonly timeUs: Float64Array
  }
}

/** A segment as V8 delivered it: cheap to take, read when there is time for that. */
export interface Capture {
  /** Normalises it, in steps. Throws when V8's answer makes no sense; its samples are then lost. */
  read(): Steps<Segment>
}

/**
 * One way to make V8 sample this thread. At most two V8 profiles run at a time.
 *
 * States: stopped → `start` → running → `rest` or `stop` → resting or stopped → `start` → running.
 * `rotate` loses no time: the next segment starts before the last one ends.
 */
export interface Sampler {
  readonly name: SamplerName
  readonly intervalUs: number
  /**
   * Whether a start after `rest` holds the event loop as long as the first one does (20 ms and more): such a sampler
   * should rest only when nothing has happened for long.
   */
  readonly coldWake: boolean
  /** Starts the first segment; no-op when running. Throws when V8 refuses. */
  start(): void
  /** Starts the next segment and ends the running one. Throws when not running or when V8 lost the profile. */
  rotate(): Capture
  /** Ends the running segment and rests: no CPU while idle, and the next start as cheap as can be. */
  rest(): Capture | undefined
  /** Ends everything; safe in any state. Never throws. */
  stop(): Capture | undefined
}
