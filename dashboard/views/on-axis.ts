/** Whether something happens on a graph, or on the time line above a chart; what else stands around them is the page's. */
export function isOnAxis({ target }: Event): boolean {
  return target instanceof Element && target.closest('.time, .flame') !== null
}
