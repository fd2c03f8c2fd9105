import { cleanFile, cleanName } from '../../../plugin/model/clean.ts'
import type { CallTree, Frame, FrameKind, LineTicks } from '../../../plugin/model/profile.ts'
import { broken, ImportError } from './import-error.ts'
import { type Fields, type Imported, isFields } from './imported.ts'
import { mergeSiblings } from './merge-siblings.ts'

const kinds: readonly FrameKind[] = ['root', 'phase', 'app', 'package', 'node', 'native', 'system']

/** A profile that was exported here, checked as if a stranger had written it. Throws `ImportError`. */
export function readOwnProfile(value: Fields): Imported {
  const frames = listIn(value, 'frames').map(readFrame)
  const tree = readTree(value.tree as Fields, frames)
  const ownUs = tree.selfUs.reduce((a, b) => a + b, 0)
  if (!(ownUs <= Number.MAX_SAFE_INTEGER)) throw broken('its times are too large')
  if (ownUs === 0)
    throw new ImportError('EMPTY', 'The profile is empty: there is no time in which anything ran.')
  return {
    profile: {
      version: 1,
      title: cleanName(textIn(value, 'title')),
      requests: numberIn(value.requests, 'requests'),
      samples: tree.samples.reduce((a, b) => a + b, 0),
      ownUs,
      intervalUs: numberIn(value.intervalUs, 'intervalUs'),
      startedAt: cleanName(textIn(value, 'startedAt')),
      endedAt: cleanName(textIn(value, 'endedAt')),
      root: cleanFile(textIn(value, 'root')),
      frames,
      tree,
      lines: readLines(value.lines, tree),
    },
    idleUs: 0,
  }
}

function readFrame(value: unknown): Frame {
  if (!isFields(value)) throw broken('a frame is none')
  const kind = kinds.find((known) => known === value.kind)
  if (kind === undefined) throw broken('a frame is of no known kind')
  const frame: Frame = {
    name: cleanName(textIn(value, 'name')),
    file: cleanFile(textIn(value, 'file')),
    line: numberIn(value.line, 'line'),
    column: numberIn(value.column, 'column'),
    kind,
  }
  return kind === 'package' ? { ...frame, package: cleanName(textIn(value, 'package')) } : frame
}

function readTree(value: Fields, frames: readonly Frame[]): CallTree {
  const [parents, frameIds, selfUs, samples] = columnsIn(value, ['parent', 'frame', 'selfUs', 'samples'])
  const parent = parents.map((at, node) => {
    if (node === 0 ? at === -1 : isIndex(at, node)) return at as number
    throw broken('a node stands before its caller')
  })
  const frame = frameIds.map((at) => indexIn(at, frames.length, 'frame'))
  if (frame.length === 0 || frames[frame[0]].kind !== 'root') throw broken('it has no root')
  const tree = {
    parent,
    frame,
    selfUs: selfUs.map((us) => numberIn(us, 'selfUs')),
    samples: samples.map((count) => numberIn(count, 'samples')),
  }
  if (mergeSiblings(tree, frames.length).tree.parent.length < parent.length) {
    throw broken('two nodes of one caller are the same function')
  }
  return tree
}

function readLines(value: unknown, tree: CallTree): LineTicks {
  if (!isFields(value)) throw broken('it has no lines')
  const [node, line, samples, selfUs] = columnsIn(value, ['node', 'line', 'samples', 'selfUs'])
  return {
    node: node.map((at) => indexIn(at, tree.parent.length, 'node')),
    line: line.map((n) => numberIn(n, 'line')),
    samples: samples.map((count) => numberIn(count, 'samples')),
    selfUs: selfUs.map((us) => numberIn(us, 'selfUs')),
  }
}

function columnsIn(fields: Fields, names: readonly string[]): (readonly unknown[])[] {
  const columns = names.map((name) => listIn(fields, name))
  if (columns.some(({ length }) => length !== columns[0].length)) throw broken('its columns differ in length')
  return columns
}

function indexIn(value: unknown, length: number, name: string): number {
  if (isIndex(value, length)) return value
  throw broken(`a ${name} is missing`)
}

function isIndex(value: unknown, length: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < length
}

function listIn(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name]
  if (Array.isArray(value)) return value
  throw broken(`${name} is no list`)
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw broken(`${name} is no text`)
}

/** Of what cannot be negative. */
function numberIn(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value
  throw broken(`${name} is no number`)
}
