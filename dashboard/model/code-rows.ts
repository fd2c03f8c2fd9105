import type { FileCosts, FunctionCost, LineCost } from '../../plugin/model/file-costs.ts'
import type { Column, Profile } from '../../plugin/model/profile.ts'

/** Costs by line, to look up. */
export interface CodeCosts {
  readonly line: ReadonlyMap<number, LineCost>
  /** The functions that begin in a line. */
  readonly functions: ReadonlyMap<number, readonly FunctionCost[]>
  /** Lines with a cost, dearest first. */
  readonly hottest: readonly number[]
  /** Cost of the dearest line, milliseconds. */
  readonly mostMs: number
  /** Own time whose line is not known, milliseconds. */
  readonly unplacedMs: number
}

export function codeCosts({ lines, functions }: FileCosts): CodeCosts {
  const byLine = new Map<number, FunctionCost[]>()
  for (const one of functions) byLine.set(one.line, [...(byLine.get(one.line) ?? []), one])
  const hottest = [...lines].sort((a, b) => b.selfMs - a.selfMs || a.line - b.line)
  return {
    line: new Map(lines.map((line) => [line.line, line])),
    functions: byLine,
    hottest: hottest.map(({ line }) => line),
    mostMs: hottest[0]?.selfMs ?? 0,
    unplacedMs: functions.reduce((sum, one) => sum + one.unplacedMs, 0),
  }
}

/** The line of a function where most of its own time went; the one where it begins when none is known. */
export function hottestLine({ tree, frames, lines }: Profile<Column>, frame: number): number {
  const byLine = new Map<number, number>()
  for (let i = 0; i < lines.node.length; i++) {
    if (tree.frame[lines.node[i]] !== frame) continue
    byLine.set(lines.line[i], (byLine.get(lines.line[i]) ?? 0) + lines.selfUs[i])
  }
  let hottest = frames[frame].line
  for (const [line, us] of byLine) if (us > (byLine.get(hottest) ?? -1)) hottest = line
  return hottest
}

/** The next line in order of cost, or the one before: dearest, second dearest, and so on, and round. */
export function nextHot({ hottest }: CodeCosts, line: number, step: 1 | -1): number {
  if (hottest.length === 0) return line
  const at = hottest.indexOf(line)
  if (at < 0) return hottest[step === 1 ? 0 : hottest.length - 1]
  return hottest[(at + step + hottest.length) % hottest.length]
}

/** The link with its place filled in. */
export function editorLink(url: string, line: number, column: number): string {
  return url
    .replaceAll('{line}', String(Math.max(1, line)))
    .replaceAll('{column}', String(Math.max(1, column)))
}
