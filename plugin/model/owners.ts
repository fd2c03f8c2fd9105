import type { Profile } from './profile.ts'

/**
 * By node, the function whose origin its time counts for: its own, but that of a library's or Node's function for what
 * this called of native ones. Where libraries are folded up, their natives are theirs, too.
 */
export function ownersOf({ tree, frames }: Profile): number[] {
  const owners = [tree.frame[0]]
  for (let node = 1; node < tree.frame.length; node++) {
    const above = owners[tree.parent[node]]
    const isTheirs = frames[tree.frame[node]].kind === 'native' && /^(package|node)$/.test(frames[above].kind)
    owners.push(isTheirs ? above : tree.frame[node])
  }
  return owners
}
