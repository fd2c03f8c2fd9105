import type { Profile } from './profile.ts'

/** A source line over all places where its functions stand. */
export interface HotLine {
  /** As in `Frame.file`. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** CPU in the line itself, microseconds: not in what it called. */
  readonly selfUs: number
  readonly samples: number
}

/** Lines of files in which samples ended, most expensive first. */
export function hotLines({ tree, frames, lines }: Profile): HotLine[] {
  const found = new Map<string, { -readonly [Key in keyof HotLine]: HotLine[Key] }>()
  lines.node.forEach((node, i) => {
    const { file } = frames[tree.frame[node]]
    if (file === '') return
    const line = lines.line[i]
    const key = `${line} ${file}`
    const sum = found.get(key) ?? { file, line, selfUs: 0, samples: 0 }
    sum.selfUs += lines.selfUs[i]
    sum.samples += lines.samples[i]
    found.set(key, sum)
  })
  return [...found.values()].sort((a, b) => b.selfUs - a.selfUs || b.samples - a.samples || a.line - b.line)
}
