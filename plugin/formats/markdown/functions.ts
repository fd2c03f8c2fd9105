import { REPORTED_LINES } from '../../about.ts'
import { cleanFile } from '../../model/clean.ts'
import { type HotFunction, hotFunctions } from '../../model/hot.ts'
import { hotLines } from '../../model/hot-lines.ts'
import { nameOf, originOf } from '../../model/names.ts'
import { ownersOf } from '../../model/owners.ts'
import type { Frame, Profile } from '../../model/profile.ts'
import { count, ms, percent } from '../../number-text.ts'
import type { SourceText } from '../../symbols/source-text.ts'
import { block, code, table } from './text.ts'

const ORIGINS = 10
const FUNCTIONS = 15
/** Characters of a line of source. */
const LINE_LENGTH = 120

/** What the CPU was spent in: packages, functions, lines. */
export function* functionSections(
  profile: Profile,
  texts: ReadonlyMap<string, SourceText>,
): Iterable<string> {
  yield '## CPU by package'
  yield byOrigin(profile)
  const all = hotFunctions(profile)
  yield '## Hot functions, by self time'
  yield functions(
    profile,
    all.filter(({ selfUs }) => selfUs > 0),
  )
  const mine = all.filter(({ frame }) => profile.frames[frame].kind === 'app')
  if (mine.length > 0) {
    yield '## Functions of the application, by total time'
    yield functions(
      profile,
      mine.sort((a, b) => b.totalUs - a.totalUs),
    )
  }
  yield* lineSection(profile, texts)
}

function byOrigin(profile: Profile): string {
  const { tree, frames, ownUs } = profile
  const byFrame = new Float64Array(frames.length)
  ownersOf(profile).forEach((frame, node) => {
    byFrame[frame] += tree.selfUs[node]
  })
  const byName = new Map<string, number>()
  for (const [i, frame] of frames.entries()) {
    const name = originOf(frame)
    byName.set(name, (byName.get(name) ?? 0) + byFrame[i])
  }
  const sorted = [...byName].filter(([, us]) => us > 0).sort(([, a], [, b]) => b - a)
  const rest = sorted.slice(ORIGINS).reduce((sum, [, us]) => sum + us, 0)
  const rows = sorted.slice(0, ORIGINS).map(([name, us]) => [code(name), ms(us, ownUs), percent(us, ownUs)])
  if (rest > 0)
    rows.push([count(sorted.length - ORIGINS, 'more package'), ms(rest, ownUs), percent(rest, ownUs)])
  return table(['', 'ms:', '%:'], rows)
}

function functions(profile: Profile, list: readonly HotFunction[]): string {
  const { frames, ownUs } = profile
  const rows = list
    .slice(0, FUNCTIONS)
    .map(({ frame, selfUs, totalUs, samples }) => [
      ...[ms(selfUs, ownUs), percent(selfUs, ownUs), ms(totalUs, ownUs), percent(totalUs, ownUs)],
      ...[String(samples), code(nameOf(frames[frame])), code(placeIn(frames[frame]))],
    ])
  const left = list.slice(FUNCTIONS)
  if (left.length > 0) {
    const selfUs = left.reduce((sum, entry) => sum + entry.selfUs, 0)
    const samples = left.reduce((sum, entry) => sum + entry.samples, 0)
    const self = [ms(selfUs, ownUs), percent(selfUs, ownUs)]
    rows.push([...self, '', '', String(samples), count(left.length, 'more function'), ''])
  }
  return table(['self ms:', 'self %:', 'total ms:', 'total %:', 'samples:', 'function', 'file:line'], rows)
}

/** The whole path: it is to be found by who reads this. */
function placeIn({ file, line }: Frame): string {
  return line > 0 && file !== '' ? `${file}:${line}` : file
}

function* lineSection(profile: Profile, texts: ReadonlyMap<string, SourceText>): Iterable<string> {
  const all = hotLines(profile)
  if (all.length === 0) return
  const known = all.reduce((sum, { selfUs }) => sum + selfUs, 0)
  yield '## Hot lines'
  yield `Time in a line itself, not in what it called. The line is known of ${percent(known, profile.ownUs)} % of the CPU.`
  yield block(
    all.slice(0, REPORTED_LINES).map(({ file, line, selfUs, samples }) => {
      const cost = `${percent(selfUs, profile.ownUs).padStart(5)} %  ${count(samples, 'sample').padStart(12)}`
      return `${cost}  ${cleanFile(file)}:${line}  ${lineOf(texts.get(file), line)}`.trimEnd()
    }),
  )
}

/** `''` where the text is not known, or not that which ran. */
function lineOf(source: SourceText | undefined, line: number): string {
  if (source === undefined || source.changed) return ''
  const text = cleanFile(
    (source.text.split(/\r\n|\n|\r|\u2028|\u2029/)[line - 1] ?? '').replaceAll('\t', ' '),
  ).trim()
  return text.length > LINE_LENGTH ? `${text.slice(0, LINE_LENGTH)}…` : text
}
