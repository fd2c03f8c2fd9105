import fc from 'fast-check'
import type { Frame, FrameKind, Profile } from '../plugin/model/profile.ts'
import { totals } from '../plugin/model/tree.ts'

/** A stack with what ended in it. */
export interface Place {
  readonly stack: readonly string[]
  readonly samples: number
  readonly selfMs: number
  readonly ticks: readonly (readonly [line: number, samples: number])[]
}

/**
 * A profile drawn as text, in one of two ways.
 *
 * A line per stack, its functions from the outside in, then its samples; after that its own time, where it is not a
 * millisecond per sample, and samples per source line:
 *
 *     a;b;c 3
 *     a;b 2 7.5ms 12:1 14:1
 *
 * Or a column per sample, two spaces apart, the outermost function on top:
 *
 *     a  a  a
 *     b  b  c
 *
 * A function is a name, or `name@file:line` (`read@node:fs:3`, `render@node_modules/eta/index.js:12`); one in
 * brackets, `(not sampled)`, is a state. The same text is the same function everywhere.
 */
export function profileOf(picture: string, overrides: Partial<Profile> = {}): Profile {
  const places = stacksOf(picture)
  const frames: Frame[] = [{ name: 'GET /picture', file: '', line: 0, column: 0, kind: 'root' }]
  const tree = { parent: [-1], frame: [0], selfUs: [0], samples: [0] }
  const lines = {
    node: [] as number[],
    line: [] as number[],
    samples: [] as number[],
    selfUs: [] as number[],
  }
  const frameIds = new Map<string, number>()
  const nodeIds = new Map<string, number>()

  for (const { stack, samples, selfMs, ticks } of places) {
    let node = 0
    for (const text of stack) {
      if (!frameIds.has(text)) frameIds.set(text, frames.push(frameOf(text)) - 1)
      const frame = frameIds.get(text)!
      const key = `${node} ${frame}`
      if (!nodeIds.has(key)) {
        nodeIds.set(key, tree.parent.push(node) - 1)
        tree.frame.push(frame)
        tree.selfUs.push(0)
        tree.samples.push(0)
      }
      node = nodeIds.get(key)!
    }
    tree.samples[node] += samples
    tree.selfUs[node] += selfMs * 1000
    for (const [line, count] of ticks) {
      lines.node.push(node)
      lines.line.push(line)
      lines.samples.push(count)
      lines.selfUs.push((selfMs * 1000 * count) / samples)
    }
  }
  return {
    version: 1,
    title: 'GET /picture',
    route: 'GET /picture',
    requests: 1,
    samples: tree.samples.reduce((sum, count) => sum + count, 0),
    ownUs: tree.selfUs.reduce((sum, us) => sum + us, 0),
    intervalUs: 1000,
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: '2026-11-22T10:00:01.000Z',
    root: '/app',
    frames,
    tree,
    lines,
    ...overrides,
  }
}

/** The stacks of a picture as they are drawn, one by one. */
export function stacksOf(picture: string): Place[] {
  const rows = picture.split('\n').filter((row) => row.trim() !== '')
  const isLines = rows.every((row) => / \d+( [\d.]+ms)?( \d+:\d+)*$/.test(row))
  return isLines ? rows.map(readLine) : readColumns(rows)
}

/** Any picture of stacks, with much recursion; for property tests. */
export function drawnStacks(): fc.Arbitrary<string> {
  const stack = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 8 })
  const row = fc.tuple(stack, fc.nat(20)).map(([names, samples]) => `${names.join(';')} ${samples}`)
  return fc.array(row, { minLength: 1, maxLength: 12 }).map((rows) => rows.join('\n'))
}

/** The call tree as text, a line per node: `- c (total: 3, self: 1)`, milliseconds; in the order of the columns. */
export function formatTree({ tree, frames }: Profile): string[] {
  const total = totals(tree)
  const children: number[][] = tree.parent.map(() => [])
  tree.parent.forEach((parent, node) => {
    if (parent >= 0) children[parent].push(node)
  })
  const text: string[] = []
  const visit: [node: number, depth: number][] = [[0, 0]]
  while (visit.length > 0) {
    const [node, depth] = visit.pop()!
    const self = tree.selfUs[node] === 0 ? '—' : ms(tree.selfUs[node])
    text.push(
      `${'  '.repeat(depth)}- ${frames[tree.frame[node]].name} (total: ${ms(total[node])}, self: ${self})`,
    )
    for (const child of children[node].reverse()) visit.push([child, depth + 1])
  }
  return text
}

function ms(us: number): string {
  return String(Math.round(us) / 1000)
}

function readLine(row: string): Place {
  const [, stack, samples, self, ticks] = /^\s*(.+?) (\d+)(?: ([\d.]+)ms)?((?: \d+:\d+)*)$/s.exec(row)!
  return {
    stack: stack.split(';'),
    samples: Number(samples),
    selfMs: self === undefined ? Number(samples) : Number(self),
    ticks: [...ticks.matchAll(/(\d+):(\d+)/g)].map(([, line, count]) => [Number(line), Number(count)]),
  }
}

function readColumns(rows: readonly string[]): Place[] {
  const starts = [...rows[0].matchAll(/\S+(?: \S+)*/g)].map((match) => match.index)
  return starts.map((start, i) => {
    const cells = rows.map((row) => row.slice(start, starts[i + 1]).trim())
    return { stack: cells.filter((cell) => cell !== ''), samples: 1, selfMs: 1, ticks: [] }
  })
}

function frameOf(text: string): Frame {
  if (/^\((?!anonymous\)).*\)$/.test(text))
    return { name: text, file: '', line: 0, column: 0, kind: 'system' }
  const [, name, file = 'app.ts', line = '1'] = /^(.*?)(?:@(.*?)(?::(\d+))?)?$/s.exec(text)!
  const owner = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]
  const kind: FrameKind = owner
    ? 'package'
    : file.startsWith('node:')
      ? 'node'
      : file === ''
        ? 'native'
        : 'app'
  const position = file === '' ? { line: 0, column: 0 } : { line: Number(line), column: 1 }
  return { name, file, ...position, kind, ...(owner !== undefined && { package: owner }) }
}

/** A profile of just so many nodes, each with three below it, of two functions in turn; times are whole microseconds. */
export function wideProfile(nodes: number): Profile {
  const numbers = Array.from({ length: nodes }, (_, i) => i)
  const tree = {
    parent: numbers.map((i) => Math.floor((i - 1) / 3)),
    frame: numbers.map((i) => (i === 0 ? 0 : 1 + (i % 2))),
    selfUs: numbers.map((i) => i % 7),
    samples: numbers.map((i) => Math.sign(i % 7)),
  }
  return { ...profileOf('a 1\nb 1'), ownUs: tree.selfUs.reduce((a, b) => a + b), tree }
}
