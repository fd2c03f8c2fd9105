import type { Profile } from '../model/profile.ts'

/** Collapsed stacks, one per line: `a;b;c 123`, microseconds. */
export function toCollapsed(profile: Profile): string {
  const { tree, frames } = profile
  const stacks: string[] = []
  const lines: string[] = []
  for (let node = 0; node < tree.parent.length; node++) {
    const name = frames[tree.frame[node]].name.replace(/[;\s]+/g, ' ')
    const above = node === 0 ? '' : stacks[tree.parent[node]]
    stacks.push(node === 0 ? '' : above === '' ? name : `${above};${name}`)
    const us = Math.round(tree.selfUs[node])
    if (us > 0) lines.push(`${stacks[node] || name} ${us}\n`)
  }
  return lines.join('')
}
