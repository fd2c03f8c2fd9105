import { firstAbove } from './bisect.ts'
import { addToGroup } from './groups.ts'
import { inModules, isNameless } from './names.ts'
import type { Frame } from './profile.ts'
import type { Steps } from './steps.ts'

/**
 * Pairs the functions of two profiles, in steps: the result gives for each frame of head that of base, -1 if it is new.
 *
 * A function is identified by its file and name, because its line moves with every edit above it. Functions of a file
 * that share a name, or have none, are told apart by their position, after correcting for lines inserted above as the
 * file's other functions show them; or by their order, if equally many remain and their columns match. Functions that
 * are still in doubt are not paired: they count as gone in base and new in head.
 *
 * Within one run (`sameCode`) no line has moved, so a function is identified by its position as well.
 */
export function* pairSteps(
  base: readonly Frame[],
  head: readonly Frame[],
  sameCode: boolean,
): Steps<Int32Array> {
  const pair = new Int32Array(head.length).fill(-1)
  const before = yield* groupsOf(base, sameCode)
  const after = yield* groupsOf(head, sameCode)
  const doubtful: (readonly [there: number[], here: number[]])[] = []
  const sure: (readonly [there: number, here: number])[] = []
  for (const [key, here] of after) {
    const there = before.get(key)
    if (there === undefined) continue
    if (here.length > 1 || there.length > 1 || isNameless(head[here[0]])) doubtful.push([there, here])
    else sure.push([there[0], here[0]])
  }
  for (const [there, here] of sure) pair[here] = there
  yield
  const shiftAt = shifts(sure, base, head)
  yield
  for (const [there, here] of doubtful) {
    const places = new Map(there.map((frame) => [`${base[frame].line}:${base[frame].column}`, frame]))
    const taken = new Set<number>()
    for (const frame of here) {
      const { file, line, column } = head[frame]
      const found = places.get(`${line - shiftAt(file, line)}:${column}`)
      if (found === undefined || taken.has(found)) continue
      taken.add(found)
      pair[frame] = found
    }
    const left = there.filter((frame) => !taken.has(frame))
    const open = here.filter((frame) => pair[frame] < 0)
    const alike =
      left.length === open.length && left.every((frame, i) => base[frame].column === head[open[i]].column)
    if (alike) for (let i = 0; i < open.length; i++) pair[open[i]] = left[i]
  }
  return pair
}

/** So many frames take a fraction of a millisecond. */
const FRAMES_PER_STEP = 1024

/** Groups frames by what identifies them; each group is in order of position. */
function* groupsOf(frames: readonly Frame[], byPlace: boolean): Steps<Map<string, number[]>> {
  const groups = new Map<string, number[]>()
  const ordered = [...frames.keys()].sort(
    (a, b) => frames[a].line - frames[b].line || frames[a].column - frames[b].column,
  )
  for (const [i, frame] of ordered.entries()) {
    if (i % FRAMES_PER_STEP === 0) yield
    const { kind, file, name, line, column } = frames[frame]
    // Some package managers put the version into the name of a folder above `node_modules`.
    const place = inModules(file) ?? file
    const at = byPlace ? `${line}:${column} ` : ''
    const key = kind === 'root' ? kind : `${at}${kind} ${name.length} ${name}${place}`
    addToGroup(groups, key, frame)
  }
  return groups
}

/** By how many lines code in a line of head has moved: as many as the nearest surely paired function above it. */
function shifts(
  sure: readonly (readonly [there: number, here: number])[],
  base: readonly Frame[],
  head: readonly Frame[],
): (file: string, line: number) => number {
  const byFile = new Map<string, { readonly lines: number[]; readonly moved: number[] }>()
  for (const [there, here] of [...sure].sort(([, a], [, b]) => head[a].line - head[b].line)) {
    const { file, line } = head[here]
    if (!byFile.has(file)) byFile.set(file, { lines: [], moved: [] })
    const { lines, moved } = byFile.get(file)!
    lines.push(line)
    moved.push(line - base[there].line)
  }
  return (file, line) => {
    const known = byFile.get(file)
    if (known === undefined) return 0
    return known.moved[firstAbove(known.lines, line) - 1] ?? 0
  }
}
