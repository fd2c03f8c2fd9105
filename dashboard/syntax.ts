import jsTokens from 'js-tokens'
import type { TokenKind, Tokens } from './model/code.ts'

/** Longer texts are shown without colours. */
const LONGEST = 1_000_000
/** Longest time spent reading at a stretch, so that the page stays responsive. */
const SLICE_MS = 8

const keywords = new Set(
  `abstract as async await break case catch class const continue debugger declare default delete do else enum export
  extends false finally for function if implements import in infer instanceof interface keyof let new null private
  protected public readonly return satisfies static super switch this throw true try typeof undefined var void while
  with yield`.split(/\s+/),
)

/**
 * Reads the tokens of a script bit by bit, passing on what it has each time, until it is done or the returned function is
 * called. A file that is not JavaScript or TypeScript has no tokens.
 */
export function readTokens(file: string, text: string, onTokens: (tokens: Tokens) => void): () => void {
  if (text.length > LONGEST || !/(?:\.[cm]?[jt]sx?|(?:^|\/)[^./]+)$/.test(file)) return () => {}
  const steps = tokenSteps(text, /x$/.test(file))
  let timer: ReturnType<typeof setTimeout> | undefined
  const slice = () => {
    const until = performance.now() + SLICE_MS
    let step = steps.next()
    while (!step.done && performance.now() < until) step = steps.next()
    if (step.value !== undefined) onTokens({ ...step.value })
    if (!step.done) timer = setTimeout(slice)
  }
  slice()
  return () => clearTimeout(timer)
}

/** Yields the tokens read so far, every 500 tokens. */
function* tokenSteps(text: string, jsx: boolean): Generator<Tokens, Tokens> {
  const start: number[] = []
  const kind: TokenKind[] = []
  let end = 0
  let before = ''
  let count = 0
  for (const { type, value } of jsTokens(text, jsx ? { jsx: true } : {})) {
    const next = kindOf(type, value, before)
    // Neighbours of one kind are joined, which takes a third of the memory.
    if (next !== kind.at(-1)) {
      start.push(end)
      kind.push(next)
    }
    end += value.length
    if (type !== 'WhiteSpace') before = value
    if (++count % 500 === 0) yield { start, kind, end }
  }
  return { start, kind, end }
}

function kindOf(type: string, value: string, before: string): TokenKind {
  switch (type) {
    case 'IdentifierName':
      return keywords.has(value) && before !== '.' && before !== '?.' ? 'keyword' : 'plain'
    case 'StringLiteral':
    case 'NoSubstitutionTemplate':
    case 'TemplateHead':
    case 'TemplateMiddle':
    case 'TemplateTail':
    case 'JSXString':
      return 'string'
    case 'RegularExpressionLiteral':
      return 'regexp'
    case 'MultiLineComment':
    case 'SingleLineComment':
    case 'HashbangComment':
      return 'comment'
    case 'NumericLiteral':
      return 'number'
    case 'Punctuator':
    case 'JSXPunctuator':
      return 'punctuation'
    default:
      return 'plain'
  }
}
