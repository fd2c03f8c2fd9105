/** Points of a line through values, as the `points` of an SVG polyline; the axis starts at 0. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  const most = Math.max(...values, Number.MIN_VALUE)
  const step = values.length > 1 ? width / (values.length - 1) : 0
  return values
    .map((value, i) => `${round(i * step)},${round(height - (Math.max(value, 0) / most) * height)}`)
    .join(' ')
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}
