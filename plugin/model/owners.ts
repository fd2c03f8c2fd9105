import type { Column, Profile } from './profile.ts'

/**
 * The frame, by node, whose origin its time counts for: its own, except that native functions called by a function of a
 * library or of Node count for the caller. So they stay with their library when libraries are folded up.
 */
export function ownersOf({ tree, frames }: Profile<Column>): Int32Array {
  const isNative = Uint8Array.from(frames, ({ kind }) => (kind === 'native' ? 1 : 0))
  const isLibrary = Uint8Array.from(frames, ({ kind }) => (kind === 'package' || kind === 'node' ? 1 : 0))
  const owners = new Int32Array(tree.frame)
  for (let node = 1; node < owners.length; node++) {
    const above = owners[tree.parent[node]]
    if (isNative[owners[node]] === 1 && isLibrary[above] === 1) owners[node] = above
  }
  return owners
}
