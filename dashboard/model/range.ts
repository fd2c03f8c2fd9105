/** The visible part of a picture, in microseconds from its left edge. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** The closest look: a ten-millionth of the whole. */
const MOST_ZOOM = 1e-7

export function whole(span: number): Range {
  return { from: 0, to: span }
}

/** Shrinks (factor < 1) or widens the range, keeping the point at share `at` of the width in place. */
export function zoomAt(range: Range, span: number, at: number, factor: number): Range {
  const width = clamp((range.to - range.from) * factor, span * MOST_ZOOM, span)
  const fixed = range.from + (range.to - range.from) * at
  return within(fixed - width * at, width, span)
}

/** Moves by a share of the range's width. */
export function panBy(range: Range, span: number, share: number): Range {
  const width = range.to - range.from
  return within(range.from + width * share, width, span)
}

/** The range, moved as little as needed to show part of `from` to `to`, or all of it if it fits. */
export function including(range: Range, span: number, from: number, to: number): Range {
  const width = range.to - range.from
  if (to - from >= width) {
    // Larger than the view: it is enough that part of it is visible.
    return from < range.to && to > range.from ? range : within(from, width, span)
  }
  if (from < range.from) return within(from, width, span)
  return to > range.to ? within(to - width, width, span) : range
}

/** The range at share `t` of the way from one to another. */
export function between(a: Range, b: Range, t: number): Range {
  if (t >= 1) return b
  return { from: a.from + (b.from - a.from) * t, to: a.to + (b.to - a.to) * t }
}

export function sameRange(a: Range, b: Range, span: number): boolean {
  const near = span * MOST_ZOOM * 0.01
  return Math.abs(a.from - b.from) <= near && Math.abs(a.to - b.to) <= near
}

/** A range as two shares of the zoomed box: `0.25_0.5`; `''` for all of it. Precise enough for the closest look. */
export function writeRange(range: Range, box: Range): string {
  const width = box.to - box.from
  const share = (at: number) => String(Number(((at - box.from) / width).toPrecision(12)))
  const written = `${share(range.from)}_${share(range.to)}`
  return written === '0_1' || width <= 0 ? '' : written
}

/** The inverse of `writeRange`; the whole box if the text makes no sense. */
export function readRange(written: string, box: Range, span: number): Range {
  const [from, to] = written.split('_').map(Number)
  if (written === '' || !Number.isFinite(from) || !Number.isFinite(to) || from >= to) return box
  const width = box.to - box.from
  return within(box.from + from * width, Math.max((to - from) * width, span * MOST_ZOOM), span)
}

function within(from: number, width: number, span: number): Range {
  const fits = Math.min(width, span)
  const left = clamp(from, 0, span - fits)
  return { from: left, to: left + fits }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
