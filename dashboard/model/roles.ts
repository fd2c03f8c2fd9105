import type { ProfileDiff } from '../../plugin/model/diff.ts'
import { isNameless, nameOf, placeText } from '../../plugin/model/names.ts'
import type { CallTree, Column, Frame, Profile } from '../../plugin/model/profile.ts'
import { addToSum, sum } from '../../plugin/model/sum.ts'
import { sumUp } from '../../plugin/model/tree.ts'

/** What names are found in: a profile, or the joint tree of a comparison. */
interface Called {
  readonly frames: readonly Frame[]
  readonly tree: Pick<CallTree<Column>, 'parent' | 'frame'>
  readonly route?: string
}

/** At least so much of what was called from a place must be of one function to say which one is called there. */
const NEARLY_ALL = 0.95

/**
 * Names your functions that have no name, if Fastify's own stack shows what they are: the handler of the route, or a hook.
 * Never guesses: a place from which two of your functions were called says nothing about either. But a few samples can be
 * without a function in between: V8 skips the caller of one that has only just been called. Functions without a name
 * that begin in the same line are told apart by their columns. Frames keep their places.
 */
export function nameRoles<Of extends Profile<Column>>(profile: Of): Of {
  return nameIn(profile, profile.tree.selfUs)
}

/** `self` is what each node took itself. */
function nameIn<Of extends Called>(profile: Of, self: Column): Of {
  const handler = mainCallee(calleesOf(profile, isHandlerCall, self))
  const hooks = calleesOf(profile, isHookCall, self)
  const roleOf = (frame: number) => {
    if (frame === handler && profile.route !== undefined) return `handler of ${profile.route}`
    return hooks.has(frame) && frame !== handler ? 'hook' : undefined
  }
  const crowded = crowdedLines(profile.frames)
  if (handler === undefined && hooks.size === 0 && crowded.size === 0) return profile
  const frames = profile.frames.map((frame, i) => {
    if (!isNameless(frame)) return frame
    const name =
      roleOf(i) ?? (crowded.has(placeText(frame)) ? `${nameOf(frame)}:${frame.column}` : frame.name)
    return { ...frame, name }
  })
  return { ...profile, frames }
}

/** Places of lines in which several functions without a name begin. */
function crowdedLines(frames: readonly Frame[]): Set<string> {
  const seen = new Set<string>()
  const crowded = new Set<string>()
  for (const frame of frames) {
    if (frame.line === 0 || !isNameless(frame)) continue
    const place = placeText(frame)
    if (seen.has(place)) crowded.add(place)
    seen.add(place)
  }
  return crowded
}

/** The same for a comparison: its handler has a name only if both sides are of one route, and had the same one. */
export function nameRolesInDiff(diff: ProfileDiff): ProfileDiff {
  const { base, head, frames, tree } = diff
  const route = base.route === head.route ? head.route : undefined
  const self = tree.baseMs.map((ms, node) => ms + tree.headMs[node])
  return { ...diff, frames: nameIn({ frames, tree, ...(route !== undefined && { route }) }, self).frames }
}

/** Whether a frame is Fastify's function that calls the route's handler and sends what it returns. */
function isHandlerCall({ package: owner, file, name }: Frame): boolean {
  return (
    owner === 'fastify' && file.endsWith('/lib/handle-request.js') && name.startsWith('preHandlerCallback')
  )
}

/** Whether a frame is a function of Fastify that calls hooks and nothing else. */
function isHookCall({ package: owner, file, name }: Frame): boolean {
  return owner === 'fastify' && file.endsWith('/lib/hooks.js') && /^(onResponseH|h)ookIterator$/.test(name)
}

/** The function that took nearly all of what was called; undefined where there is none. */
function mainCallee(callees: ReadonlyMap<number, number>): number | undefined {
  const whole = sum([...callees.values()])
  return [...callees].find(([, took]) => took >= NEARLY_ALL * whole)?.[0]
}

/** Your functions that were called from such frames, with what each took. */
function calleesOf(
  { frames, tree }: Called,
  isCaller: (frame: Frame) => boolean,
  self: Column,
): Map<number, number> {
  const callers = frames.map(isCaller)
  const callees = new Map<number, number>()
  if (!callers.includes(true)) return callees
  const total = sumUp(tree.parent, self)
  for (let node = 1; node < tree.parent.length; node++) {
    const frame = tree.frame[node]
    if (callers[tree.frame[tree.parent[node]]] && frames[frame].kind === 'app')
      addToSum(callees, frame, total[node])
  }
  return callees
}
