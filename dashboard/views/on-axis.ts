/** Whether an event happens on a graph, or on the time line above a chart, not on the page around them. */
export function isOnAxis({ target }: Event): boolean {
  return target instanceof Element && target.closest('.time, .flame') !== null
}
