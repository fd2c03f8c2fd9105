import type { Column, Frame, Profile } from '../../plugin/model/profile.ts'

/**
 * The profile with names for functions of yours that have none, where Fastify's own stack says what they are: the
 * handler of the route, a hook. Never a guess: a place from which two functions of yours were called tells nothing about
 * either, as when V8 has put a function between into its caller. Frames keep their places.
 */
export function nameRoles(profile: Profile<Column>): Profile<Column> {
  const handler = onlyCallee(profile, isHandlerCall)
  const hooks = calleesOf(profile, isHookCall)
  const roleOf = (frame: number) => {
    if (frame === handler && profile.route !== undefined) return `handler of ${profile.route}`
    return hooks.has(frame) && frame !== handler ? 'hook' : undefined
  }
  if (handler === undefined && hooks.size === 0) return profile
  const frames = profile.frames.map((frame, i) => {
    const role = frame.name === '' || frame.name === '(anonymous)' ? roleOf(i) : undefined
    return role === undefined ? frame : { ...frame, name: role }
  })
  return { ...profile, frames }
}

/** Calls the route's handler, and answers with what that returns. */
function isHandlerCall({ package: owner, file, name }: Frame): boolean {
  return (
    owner === 'fastify' && file.endsWith('/lib/handle-request.js') && name.startsWith('preHandlerCallback')
  )
}

/** Calls a hook and nothing else. */
function isHookCall({ package: owner, file, name }: Frame): boolean {
  return owner === 'fastify' && file.endsWith('/lib/hooks.js') && /^(onResponseH|h)ookIterator$/.test(name)
}

function onlyCallee(profile: Profile<Column>, isCaller: (frame: Frame) => boolean): number | undefined {
  const [first, ...others] = calleesOf(profile, isCaller)
  return others.length === 0 ? first : undefined
}

/** Functions of yours that were called from such places. */
function calleesOf({ frames, tree }: Profile<Column>, isCaller: (frame: Frame) => boolean): Set<number> {
  const callers = frames.map(isCaller)
  const called = new Set<number>()
  if (!callers.includes(true)) return called
  for (let node = 1; node < tree.parent.length; node++) {
    if (callers[tree.frame[tree.parent[node]]] && frames[tree.frame[node]].kind === 'app')
      called.add(tree.frame[node])
  }
  return called
}
