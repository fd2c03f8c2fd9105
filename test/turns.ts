import { createBlame } from '../plugin/attribution/blame.ts'
import { noteBlock, noteQueue } from '../plugin/attribution/blocks.ts'
import type { Collection } from '../plugin/attribution/index.ts'
import type { RawFrame } from '../plugin/model/raw-tree.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { stackOf, weightOf } from '../plugin/requests/sample-list.ts'
import type { Segment } from '../plugin/sampler/segment.ts'
import type { Stacks } from '../plugin/store/stacks.ts'
import { type Holder, IDLE, NOBODY, type Slices } from '../plugin/tracker/timeline.ts'
import { attribute } from './attribute.ts'
import { createRequests, type Requests } from './records.ts'

/**
 * Who held the thread and what V8 saw, drawn as text. A column is a millisecond, a sample is taken in its middle.
 *
 *     turns   AAA..BB--A     capitals are requests, `.` is nobody, `-` is sleep
 *     gc       #             a collection
 *     samples a b  c ? #     small letters are functions, `?` is (program), `#` is (garbage collector), `~` is (idle)
 *     ends          A        a response ends at the beginning of the column
 *     b = outer;inner:7      what a letter stands for: frames from the root down, and the line of the last one
 *
 * Frames whose name begins with `own` are the profiler's.
 */
export interface Drawing {
  readonly slices: Slices<RequestRecord>
  readonly collections: Collection[]
  readonly segment: Segment
  readonly requests: Requests
  /** The request of a capital letter. */
  request(letter: string): RequestRecord
}

export const COLUMN_US = 1000
const START_US = 5_000_000
const states: Record<string, RawFrame> = {
  '?': { name: '(program)', url: '', line: 0, column: 0, state: 'program' },
  '#': { name: '(garbage collector)', url: '', line: 0, column: 0, state: 'gc' },
  '~': { name: '(idle)', url: '', line: 0, column: 0, state: 'idle' },
}

export function draw(picture: string, requests = createRequests()): Drawing {
  const rows = rowsOf(picture)
  const legend: Record<string, string> = {}
  for (const [, letter, stack] of picture.matchAll(/^\s*(\w) = (.+?)\s*$/gm)) legend[letter] = stack
  const records = new Map<string, RequestRecord>()
  function request(letter: string): RequestRecord {
    let record = records.get(letter)
    if (record === undefined) {
      record = requests.record({ route: `GET /${letter.toLowerCase()}`, startUs: START_US })
      records.set(letter, record)
    }
    return record
  }
  const turns = rows.turns
  const holderOf = (letter: string): Holder<RequestRecord> =>
    letter === '.' ? NOBODY : letter === '-' ? IDLE : request(letter)
  const starts = columns(turns, (letter, i) => letter !== turns[i - 1])
  for (const i of columns(rows.ends ?? '', (letter) => letter !== ' ')) request(rows.ends[i]).endUs = at(i)
  return {
    slices: {
      length: starts.length,
      timeUs: Float64Array.from(starts, at),
      holder: starts.map((i) => holderOf(turns[i])),
      endUs: at(turns.length),
    },
    collections: collectionsOf(rows.gc ?? ''),
    segment: segmentOf(rows.samples ?? '', legend, at(turns.length)),
    requests,
    request,
  }
}

/** Draws and joins. */
export function attributed(picture: string, requests?: Requests) {
  const drawing = draw(picture, requests)
  const { slices, collections, segment } = drawing
  return { ...drawing, account: attribute(slices, collections, segment, COLUMN_US, isOwn) }
}

export const isOwn = (url: string) => url.startsWith('own')

/** Draws, joins and blames; a request lasts from its first column to its `ends` mark, or its last column. */
export function drawBlamed(picture: string) {
  const drawing = draw(picture)
  const { slices, collections, segment, request } = drawing
  const { turns, ends = '' } = rowsOf(picture)
  const blame = createBlame(noteBlock, noteQueue)
  const beganUs = slices.timeUs[0]
  const letters = [...new Set(turns.replace(/[^A-Z]/g, ''))]
  for (const letter of letters) {
    const end = ends.indexOf(letter)
    request(letter).startUs = at(turns.indexOf(letter))
    request(letter).endUs = at(end < 0 ? turns.lastIndexOf(letter) + 1 : end)
  }
  blame.ran(IDLE, beganUs, beganUs)
  attribute(slices, collections, segment, COLUMN_US, isOwn, blame)
  return { ...drawing, letters, nobody: drawing.requests.recorder.nobody }
}

/** Samples of a request as text: `outer;inner:7@3.5`, with the time in columns; `=4` with `weights`. */
export function samplesOf(record: RequestRecord, weights = false): string[] {
  const { samples, recorder } = record
  return Array.from({ length: samples?.length ?? 0 }, (_, i) => {
    const list = samples!
    const time = (list.columns.timeUs[i] + record.startUs - START_US) / COLUMN_US
    const weight = weights ? `=${(weightOf(list, i) / COLUMN_US).toFixed(1)}` : ''
    return `${pathOf(recorder.stacks, stackOf(list, i))}@${time}${weight}`
  })
}

/** A kept stack as text: `outer;inner:7`. */
export function pathOf(stacks: Stacks, stack: number): string {
  const names: string[] = []
  for (let at = stack; at !== 0; at = stacks.parent(at)) {
    const line = stacks.line(at)
    names.unshift(line === 0 ? stacks.frame(at).name : `${stacks.frame(at).name}:${line}`)
  }
  return names.join(';')
}

/** A segment from stacks as text and their times. */
export function segmentFrom(
  samples: readonly { readonly stack: string; readonly timeUs: number }[],
  endUs: number,
): Segment {
  const frames: RawFrame[] = [{ name: '(root)', url: '', line: 0, column: 0, state: 'root' }]
  const parent = [-1]
  const frame = [0]
  const nodes = new Map<string, number>()
  const lines: number[] = []

  function frameOf(name: string): number {
    const known = frames.findIndex((one, i) => i > 0 && one.name === (states[name]?.name ?? name))
    if (known >= 0) return known
    return frames.push(states[name] ?? { name, url: `${name}.js`, line: 1, column: 1 }) - 1
  }
  const node = samples.map(({ stack }) => {
    const [path, line] = stack.split(':')
    lines.push(Number(line ?? 0))
    let at = 0
    for (const name of path === '' ? [] : path.split(';')) {
      const key = `${at};${name}`
      const known = nodes.get(key)
      if (known === undefined) {
        parent.push(at)
        at = frame.push(frameOf(name)) - 1
        nodes.set(key, at)
      } else at = known
    }
    return at
  })
  return {
    startUs: START_US,
    endUs,
    frames,
    nodes: { parent: Int32Array.from(parent), frame: Int32Array.from(frame) },
    samples: {
      node: Int32Array.from(node),
      line: Int32Array.from(lines),
      timeUs: Float64Array.from(samples, ({ timeUs }) => timeUs),
    },
  }
}

function rowsOf(picture: string): Record<string, string> {
  const lines = picture.split('\n').map((line) => line.trim())
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0], line.slice(8)]))
}

function segmentOf(row: string, legend: Record<string, string>, endUs: number): Segment {
  const taken = columns(row, (letter) => letter !== ' ')
  return segmentFrom(
    taken.map((i) => ({ stack: legend[row[i]] ?? row[i], timeUs: at(i) + COLUMN_US / 2 })),
    endUs,
  )
}

function collectionsOf(row: string): Collection[] {
  const begins = columns(row, (letter, i) => letter === '#' && row[i - 1] !== '#')
  return begins.map((i) => ({ startUs: at(i), endUs: at(i + /^#+/.exec(row.slice(i))![0].length) }))
}

function columns(row: string, take: (letter: string, i: number) => boolean): number[] {
  return [...row].flatMap((letter, i) => (take(letter, i) ? [i] : []))
}

function at(column: number): number {
  return START_US + column * COLUMN_US
}
