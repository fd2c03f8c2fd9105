import { lineStarts } from '../model/line-starts.ts'
import { readText } from './find-map.ts'

/** A text by lines; `line` counts from 1 and is `undefined` where there is none. */
export interface Lines {
  readonly text: string
  readonly count: number
  /** Memory, roughly. */
  readonly bytes: number
  line(number: number): string | undefined
}

/** Finds the lines once, since a bundle has megabytes and thousands of functions. */
export function linesOf(text: string): Lines {
  const start = Int32Array.from(lineStarts(text))
  return {
    text,
    count: start.length,
    bytes: text.length + start.byteLength,
    line: (number) =>
      number < 1 || number > start.length ? undefined : text.slice(start[number - 1], start[number]),
  }
}

/** Of a file; `undefined` when it cannot be read. */
export function readLines(path: string): Lines | undefined {
  const text = path === '' ? undefined : readText(path)
  return text === undefined ? undefined : linesOf(text)
}
