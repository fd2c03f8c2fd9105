import { cleanFile } from '../../model/clean.ts'
import { type HotLine, hotLines } from '../../model/hot-lines.ts'
import type { Profile } from '../../model/profile.ts'
import type { Steps } from '../../model/steps.ts'
import { sum } from '../../model/sum.ts'
import type { SourceText } from '../../symbols/source-text.ts'
import { REPORTED_LINES } from '../about.ts'
import { count, percent } from '../number-text.ts'
import { block } from './text.ts'

/** Longest text of a source line, in characters. */
const LINE_LENGTH = 120
/** So many lines take a fraction of a millisecond. */
const LINES_PER_STEP = 1024

type Texts = ReadonlyMap<string, SourceText>

/** Section on the lines in which CPU time was spent, with their text where it is known. */
export function* lineSection(profile: Profile, texts: Texts): Steps<string[]> {
  const all = hotLines(profile)
  if (all.length === 0) return []
  const known = sum(all.map(({ selfUs }) => selfUs))
  const shown = all.slice(0, REPORTED_LINES)
  const written = yield* textsOf(shown, texts)
  const rows = shown.map(({ file, line, selfUs, samples }, i) => {
    const cost = `${percent(selfUs, profile.ownUs).padStart(5)} %  ${count(samples, 'sample').padStart(12)}`
    return `${cost}  ${cleanFile(file)}:${line}  ${written[i]}`.trimEnd()
  })
  return [
    '## Hot lines',
    `Time in a line itself, not in what it called. The line is known of ${percent(known, profile.ownUs)} % of the CPU.`,
    block(rows),
  ]
}

/** Texts of lines; `''` where the text is not known, or is not the one that ran. */
function* textsOf(lines: readonly HotLine[], texts: Texts): Steps<string[]> {
  const byFile = new Map<string, Map<number, string>>()
  for (const file of new Set(lines.map((line) => line.file))) {
    const source = texts.get(file)
    if (source === undefined || source.changed) continue
    const wanted = lines.filter((line) => line.file === file).map(({ line }) => line)
    byFile.set(file, yield* pick(source.text, new Set(wanted)))
  }
  return lines.map(({ file, line }) => shorten(byFile.get(file)?.get(line) ?? ''))
}

/** Picks lines of a text by their 1-based numbers, in one pass because the text can have megabytes. */
function* pick(text: string, wanted: ReadonlySet<number>): Steps<Map<number, string>> {
  const found = new Map<number, string>()
  const lineBreak = /\r\n|[\n\r\u2028\u2029]/g
  for (let number = 1; found.size < wanted.size; number++) {
    const start = lineBreak.lastIndex
    const end = lineBreak.exec(text)?.index
    if (wanted.has(number)) found.set(number, text.slice(start, end))
    if (end === undefined) break
    if (number % LINES_PER_STEP === 0) yield
  }
  return found
}

function shorten(line: string): string {
  const text = cleanFile(line.replaceAll('\t', ' ')).trim()
  return text.length > LINE_LENGTH ? `${text.slice(0, LINE_LENGTH)}…` : text
}
