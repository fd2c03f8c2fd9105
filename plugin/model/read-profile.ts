import { cleanFile, cleanName } from './clean.ts'
import { type Fields, indexIn, isFields, isIndex, listIn, numberIn, textIn } from './fields.ts'
import { mergeSiblings } from './merge-siblings.ts'
import { type CallTree, type Frame, frameKinds, type LineTicks, type Profile } from './profile.ts'
import { BadProfile } from './raw-profile.ts'
import { atOnce, type Steps } from './steps.ts'
import { sum } from './sum.ts'

/**
 * Reads a profile in the project's own form, checked as if a stranger had written it: the result keeps the guarantees
 * of `Profile`, except that line ticks may occur twice, or add up to more than their node. Optional fields of the
 * profile are ignored. Throws `BadProfile`.
 */
export function readProfile(value: Fields): Profile {
  return atOnce(readProfileSteps(value))
}

/** Like {@link readProfile}, in steps. */
export function* readProfileSteps(value: Fields): Steps<Profile> {
  const frames = listIn(value, 'frames').map(readFrame)
  yield
  const tree = readTree(value.tree, frames)
  yield
  checkSiblings(tree)
  yield
  const ownUs = sum(tree.selfUs)
  if (!(ownUs <= Number.MAX_SAFE_INTEGER)) throw new BadProfile('its times are too large')
  return {
    version: 1,
    title: cleanName(textIn(value, 'title')),
    requests: numberIn(value.requests, 'requests'),
    samples: sum(tree.samples),
    ownUs,
    intervalUs: numberIn(value.intervalUs, 'intervalUs'),
    startedAt: cleanName(textIn(value, 'startedAt')),
    endedAt: cleanName(textIn(value, 'endedAt')),
    root: cleanFile(textIn(value, 'root')),
    frames,
    tree,
    lines: readLines(value.lines, tree),
  }
}

function readFrame(value: unknown): Frame {
  if (!isFields(value)) throw new BadProfile('a frame is not an object')
  const kind = frameKinds.find((known) => known === value.kind)
  if (kind === undefined) throw new BadProfile('a frame is of no known kind')
  const frame: Frame = {
    name: cleanName(textIn(value, 'name')),
    file: cleanFile(textIn(value, 'file')),
    line: numberIn(value.line, 'line'),
    column: numberIn(value.column, 'column'),
    kind,
  }
  return kind === 'package' ? { ...frame, package: cleanName(textIn(value, 'package')) } : frame
}

function readTree(value: unknown, frames: readonly Frame[]): CallTree {
  if (!isFields(value)) throw new BadProfile('it has no tree')
  const [parents, frameIds, selfUs, samples] = columnsIn(value, ['parent', 'frame', 'selfUs', 'samples'])
  const parent = parents.map((at, node) => {
    if (node === 0 ? at === -1 : isIndex(at, node)) return at as number
    throw new BadProfile('a node stands before its caller')
  })
  const frame = frameIds.map((at) => indexIn(at, frames.length, 'frame'))
  if (frame.length === 0 || frames[frame[0]].kind !== 'root') throw new BadProfile('it has no root')
  return {
    parent,
    frame,
    selfUs: selfUs.map((us) => numberIn(us, 'selfUs')),
    samples: samples.map((count) => numberIn(count, 'samples')),
  }
}

function checkSiblings(tree: CallTree): void {
  if (mergeSiblings(tree).tree.parent.length < tree.parent.length) {
    throw new BadProfile('two nodes of one caller are the same function')
  }
}

function readLines(value: unknown, tree: CallTree): LineTicks {
  if (!isFields(value)) throw new BadProfile('it has no lines')
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
  if (columns.some(({ length }) => length !== columns[0].length))
    throw new BadProfile('its columns differ in length')
  return columns
}
