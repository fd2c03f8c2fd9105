import { dateNow, nowUs } from '../clock.ts'
import { sum } from '../model/sum.ts'
import type { Sampled } from '../requests/record.ts'
import { BYTES_PER_SAMPLE, stackOf, trim } from '../requests/sample-list.ts'
import { createStacks, type Stacks } from './stacks.ts'

/**
 * The newest work that belonged to no request, in parts of a few hundred samples. Under a cap in bytes it drops the
 * oldest. Its stacks are its own: kept requests take no room from it, nor it from them.
 */
export interface Background {
  readonly stacks: Stacks
  /** The part for what was recorded between two times of `clock.ts`: the newest; none that is kept before a clear. */
  part(startUs: number, endUs: number): BackgroundPart
  /** Parts in which something was recorded, oldest first. */
  parts(): readonly BackgroundPart[]
  /** Must be called after something was added to a part. */
  grown(): void
  bytes(): number
  clear(): void
}

export interface BackgroundPart extends Sampled {
  /** Wall-clock times, milliseconds since 1970. */
  readonly startedAtMs: number
  endedAtMs: number
  gone: boolean
}

/** A part is full when it has so many samples. */
const FULL = 500
/** With an interval of a millisecond, so many parts hold a minute of work. */
const MOST_PARTS = 120
/** Measured: the object and two typed arrays, without their contents. */
const PART_BYTES = 780

export function createBackground(maxBytes: number): Background {
  const stacks = createStacks()
  const recorder = { stacks }
  /** The last one may grow. */
  const parts: BackgroundPart[] = []

  let clearedUs = Number.NEGATIVE_INFINITY
  /** Of all parts, as they were after the last addition: the store asks for the bytes with each request that it keeps. */
  let partBytes = 0

  const bytes = () => partBytes + stacks.bytes()

  function begin(startUs: number, gone: boolean): BackgroundPart {
    const startedAtMs = wallTimeMs(startUs)
    const times = { startUs, ownUs: 0, afterUs: 0, weighedUs: 0, unweighedUs: 0, unsampledUs: 0 }
    return { recorder, startedAtMs, endedAtMs: startedAtMs, ...times, samples: undefined, gone }
  }

  return {
    stacks,
    part(startUs, endUs) {
      if (endUs <= clearedUs) return begin(startUs, true)
      let part = parts.at(-1)
      if (part === undefined || isFull(part)) {
        part = begin(startUs, false)
        parts.push(part)
      }
      part.endedAtMs = wallTimeMs(endUs)
      return part
    },
    parts: () => parts.filter(({ ownUs }) => ownUs > 0),
    grown() {
      const last = parts.at(-1)
      if (last?.samples !== undefined && isFull(last)) trim(last.samples)
      partBytes = sum(parts.map(sizeOf))
      while (parts.length > MOST_PARTS || (parts.length > 0 && bytes() > maxBytes)) {
        partBytes -= sizeOf(parts[0])
        letGo(parts.shift()!)
      }
    },
    bytes,
    clear() {
      clearedUs = nowUs()
      for (const part of parts) letGo(part)
      parts.length = 0
      partBytes = 0
    },
  }
}

function isFull({ samples }: BackgroundPart): boolean {
  return samples !== undefined && samples.length >= FULL
}

function letGo(part: BackgroundPart): void {
  const { samples, recorder } = part
  part.gone = true
  part.samples = undefined
  if (samples === undefined) return
  for (let i = 0; i < samples.length; i++) recorder.stacks.release(stackOf(samples, i))
}

function sizeOf({ samples }: BackgroundPart): number {
  return PART_BYTES + (samples?.columns.stack.length ?? 0) * BYTES_PER_SAMPLE
}

function wallTimeMs(us: number): number {
  return dateNow() + (us - nowUs()) / 1000
}
