import type { FileCosts, FunctionCost, LineCost } from '../../plugin/model/file-costs.ts'
import type { Column, Profile } from '../../plugin/model/profile.ts'
import { addToSum } from '../../plugin/model/sum.ts'

/** Costs by line, for lookup. */
export interface CodeCosts {
  readonly line: ReadonlyMap<number, LineCost>
  /** The functions that begin in each line. */
  readonly functions: ReadonlyMap<number, readonly FunctionCost[]>
  /** Lines with a cost, most expensive first. */
  readonly hottest: readonly number[]
  /** Cost of the most expensive line, milliseconds. */
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

/** The line where most of a function's own time went; the line where it begins if none is known. */
export function hottestLine({ tree, frames, lines }: Profile<Column>, frame: number): number {
  const byLine = new Map<number, number>()
  for (let i = 0; i < lines.node.length; i++) {
    if (tree.frame[lines.node[i]] !== frame) continue
    addToSum(byLine, lines.line[i], lines.selfUs[i])
  }
  let hottest = frames[frame].line
  for (const [line, us] of byLine) if (us > (byLine.get(hottest) ?? -1)) hottest = line
  return hottest
}

/** The next line in order of cost, most expensive first, or the one before; wraps around at the ends. */
export function nextHot({ hottest }: CodeCosts, line: number, step: 1 | -1): number {
  if (hottest.length === 0) return line
  const at = hottest.indexOf(line)
  if (at < 0) return hottest[step === 1 ? 0 : hottest.length - 1]
  return hottest[(at + step + hottest.length) % hottest.length]
}

/** The editor's link with line and column filled in. */
export function editorLink(url: string, line: number, column: number): string {
  return url
    .replaceAll('{line}', String(Math.max(1, line)))
    .replaceAll('{column}', String(Math.max(1, column)))
}
