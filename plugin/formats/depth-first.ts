import type { CallTree } from '../model/profile.ts'
import { childLists } from '../model/tree.ts'

/** Nodes in depth-first order, callers before what they call. */
export function depthFirst(tree: CallTree): number[] {
  const { first, next } = childLists(tree)
  const order: number[] = []
  const visit = [0]
  while (visit.length > 0) {
    const node = visit.pop()!
    order.push(node)
    for (let child = first[node]; child >= 0; child = next[child]) visit.push(child)
  }
  return order
}
