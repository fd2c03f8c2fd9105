import { lineStarts } from '../model/line-starts.ts'
import { readText } from './find-map.ts'

/** A text split into lines; `line` counts from 1 and returns `undefined` for a line that is not there. */
export interface Lines {
  readonly text: string
  readonly count: number
  /** Memory, roughly. */
  readonly bytes: number
  line(number: number): string | undefined
}

/** Splits a text. Finds the lines only once, since a bundle has megabytes and thousands of functions. */
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

/** The lines of a file; `undefined` when it cannot be read. */
export function readLines(path: string): Lines | undefined {
  const text = path === '' ? undefined : readText(path)
  return text === undefined ? undefined : linesOf(text)
}
