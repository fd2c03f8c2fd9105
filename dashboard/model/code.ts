import { firstAbove } from '../../plugin/model/bisect.ts'
import { lineStarts } from '../../plugin/model/line-starts.ts'

/** What a piece of code is, as far as colours distinguish it. */
export type TokenKind = 'plain' | 'keyword' | 'string' | 'number' | 'comment' | 'regexp' | 'punctuation'

/**
 * The tokens of a text in columns, in order and without gaps from its beginning, as far as it was read: token `i` ends
 * where the next begins, the last at `end`.
 */
export interface Tokens {
  readonly start: readonly number[]
  readonly kind: readonly TokenKind[]
  readonly end: number
}

export const noTokens: Tokens = { start: [], kind: [], end: 0 }

export interface Piece {
  readonly text: string
  readonly kind: TokenKind
}

/** Where each line of a text begins, and the length of the text at the end. */
export function lineBounds(text: string): Int32Array {
  const starts = lineStarts(text)
  // A line break at the end ends the last line; there is none after it.
  if (starts.length > 1 && starts.at(-1) === text.length) starts.pop()
  starts.push(text.length)
  return Int32Array.from(starts)
}

/** Longer lines are cut off: no one reads them, and a browser takes seconds to lay one out. */
export const LONGEST_LINE = 1000

/** Line `number`, counted from 1, in pieces of one kind each. Text that is not read yet is plain. */
export function pieces(text: string, starts: Int32Array, tokens: Tokens, number: number): Piece[] {
  const from = starts[number - 1]
  const whole = text.slice(from, starts[number]).replace(/(\r\n|[\n\r\u2028\u2029])$/, '')
  const to = from + Math.min(whole.length, LONGEST_LINE)
  const found: Piece[] = []
  let at = from
  for (let i = tokenAt(tokens, from); i < tokens.start.length && at < to; i++) {
    const end = Math.min(tokens.start[i + 1] ?? tokens.end, to)
    if (end > at) found.push({ text: text.slice(at, end), kind: tokens.kind[i] })
    at = Math.max(at, end)
  }
  if (at < to) found.push({ text: text.slice(at, to), kind: 'plain' })
  if (whole.length > LONGEST_LINE) found.push({ text: '…', kind: 'comment' })
  return found
}

/** The last token that begins at or before a place; 0 if there is none. */
function tokenAt({ start }: Tokens, place: number): number {
  return Math.max(0, firstAbove(start, place) - 1)
}
