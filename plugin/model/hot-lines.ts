import type { Column, Profile } from './profile.ts'

/** A source line, summed over all nodes of its functions. */
export interface HotLine {
  /** As in `Frame.file`. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** CPU in the line itself, not in what it called, microseconds. */
  readonly selfUs: number
  readonly samples: number
}

type Growing = { -readonly [Key in keyof HotLine]: HotLine[Key] }

/** Lines of files in which samples ended, most expensive first. */
export function hotLines({ tree, frames, lines }: Profile<Column>): HotLine[] {
  const byFile = new Map<string, Map<number, Growing>>()
  for (let i = 0; i < lines.node.length; i++) {
    const { file } = frames[tree.frame[lines.node[i]]]
    if (file === '') continue
    const byLine = byFile.get(file) ?? new Map<number, Growing>()
    byFile.set(file, byLine)
    const line = lines.line[i]
    const sum = byLine.get(line) ?? { file, line, selfUs: 0, samples: 0 }
    byLine.set(line, sum)
    sum.selfUs += lines.selfUs[i]
    sum.samples += lines.samples[i]
  }
  const found = [...byFile.values()].flatMap((byLine) => [...byLine.values()])
  return found.sort((a, b) => b.selfUs - a.selfUs || b.samples - a.samples || a.line - b.line)
}
