/**
 * Where V8's profiler says that a function begins, if its counters say that it begins at `offset` of `text`: for most
 * functions at the parameters, for arrow functions and classes at their own beginning. `name` is the one that V8 gives.
 *
 * `resumes` is true for asynchronous functions and generators.
 */
export function beginOf(text: string, offset: number, name: string): { start: number; resumes: boolean } {
  const code = text.slice(offset, offset + LONGEST)
  const head = /^function\b|^async\b[^=(]*\bfunction\b/.test(code) ? FUNCTION.exec(code) : METHOD.exec(code)
  // An asynchronous arrow function looks like a method of the name `async`.
  const isArrow = head?.groups?.key === 'async' && name !== 'async'
  if (head === null || isArrow || /^class\b/.test(code)) return { start: offset, resumes: isArrowAsync(code) }
  const { async: isAsync, star } = head.groups!
  return { start: offset + head[0].length, resumes: isAsync !== undefined || star === '*' }
}

function isArrowAsync(code: string): boolean {
  return /^async\b(?!\s*=>)/.test(code)
}

/** Characters to look at: more than precede the parameters of any function that people write. */
const LONGEST = 500
const GAP = String.raw`(?:\s|/\*[^]*?\*/|//.*\n)*`
const NAME = String.raw`#?[\p{ID_Start}$_][\p{ID_Continue}$]*`
const KEY = String.raw`(?<key>${NAME}|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\[[^]*?\]|[\d.][\w.]*)`

const FUNCTION = new RegExp(
  `^(?<async>async${GAP})?function${GAP}(?<star>\\*?)${GAP}(?:${NAME})?${GAP}(?=\\()`,
  'u',
)
const METHOD = new RegExp(
  `^(?:(?<async>async)${GAP}(?!\\())?(?<star>\\*?)${GAP}(?:[gs]et\\b${GAP}(?!\\())?${KEY}${GAP}(?=\\()`,
  'u',
)
