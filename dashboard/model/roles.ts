import type { ProfileDiff } from '../../plugin/model/diff.ts'
import { isNameless, nameOf, placeText } from '../../plugin/model/names.ts'
import type { CallTree, Column, Frame } from '../../plugin/model/profile.ts'

/** What names are found in: a profile, or the joint tree of a comparison. */
interface Called {
  readonly frames: readonly Frame[]
  readonly tree: Pick<CallTree<Column>, 'parent' | 'frame'>
  readonly route?: string
}

/**
 * Names your functions that have no name, if Fastify's own stack shows what they are: the handler of the route, or a hook.
 * Never guesses: a place from which two of your functions were called says nothing about either, for example after V8
 * has inlined a function between. Functions without a name that begin in the same line are told apart by their columns.
 * Frames keep their places.
 */
export function nameRoles<Of extends Called>(profile: Of): Of {
  const handler = onlyCallee(profile, isHandlerCall)
  const hooks = calleesOf(profile, isHookCall)
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
  return { ...diff, frames: nameRoles({ frames, tree, ...(route !== undefined && { route }) }).frames }
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

function onlyCallee(profile: Called, isCaller: (frame: Frame) => boolean): number | undefined {
  const [first, ...others] = calleesOf(profile, isCaller)
  return others.length === 0 ? first : undefined
}

/** Your functions that were called from such frames. */
function calleesOf({ frames, tree }: Called, isCaller: (frame: Frame) => boolean): Set<number> {
  const callers = frames.map(isCaller)
  const called = new Set<number>()
  if (!callers.includes(true)) return called
  for (let node = 1; node < tree.parent.length; node++) {
    if (callers[tree.frame[tree.parent[node]]] && frames[tree.frame[node]].kind === 'app')
      called.add(tree.frame[node])
  }
  return called
}
