import { type HotFunction, hotFunctions } from '../../model/hot.ts'
import { nameOf, originOf } from '../../model/names.ts'
import { ownersOf } from '../../model/owners.ts'
import type { Frame, Profile } from '../../model/profile.ts'
import { addToSum, sum } from '../../model/sum.ts'
import { count, ms, percent } from '../number-text.ts'
import { code, table } from './text.ts'

const ORIGINS = 10
const FUNCTIONS = 15

/** Sections on the packages and functions in which CPU time was spent. */
export function* functionSections(profile: Profile): Iterable<string> {
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
    addToSum(byName, name, byFrame[i])
  }
  const sorted = [...byName].filter(([, us]) => us > 0).sort(([, a], [, b]) => b - a)
  const rest = sum(sorted.slice(ORIGINS).map(([, us]) => us))
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
      ms(selfUs, ownUs),
      percent(selfUs, ownUs),
      ms(totalUs, ownUs),
      percent(totalUs, ownUs),
      String(samples),
      code(nameOf(frames[frame])),
      code(placeIn(frames[frame])),
    ])
  const left = list.slice(FUNCTIONS)
  if (left.length > 0) {
    const selfUs = sum(left.map((entry) => entry.selfUs))
    const samples = sum(left.map((entry) => entry.samples))
    const self = [ms(selfUs, ownUs), percent(selfUs, ownUs)]
    rows.push([...self, '', '', String(samples), count(left.length, 'more function'), ''])
  }
  return table(['self ms:', 'self %:', 'total ms:', 'total %:', 'samples:', 'function', 'file:line'], rows)
}

/** The whole path and line, so that readers can find the function. */
function placeIn({ file, line }: Frame): string {
  return line > 0 && file !== '' ? `${file}:${line}` : file
}
