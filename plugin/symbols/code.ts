import type { RawFrame } from '../model/raw-tree.ts'
import type { Lines } from './lines.ts'

/** Characters that are looked at on one side of a place: a line of a bundle can have megabytes. */
export const NEAR = 160

/**
 * Whether a text is what V8 compiled, as far as one of its functions tells: V8 gives the place where the parameters of
 * a function begin, or where an `async` arrow function or a class begins. `undefined` when that decides nothing.
 */
export function isRunning(text: Lines, { name, line, column }: RawFrame): boolean | undefined {
  if (name.startsWith('<') || line < 1 || column < 1 || (line === 1 && column === 1)) return undefined
  // V8 counts the byte order mark of a file that is required, but not that of one that is imported.
  if (line === 1 && text.text.startsWith('\ufeff')) return undefined
  const code = text.line(line)
  if (code === undefined) return false
  if (!beginsFunction(code, column - 1)) return mayBeFields(text, code, column - 1, name) ? undefined : false
  const near = code.slice(Math.max(0, column - 200), column + 200)
  return name !== '' && near.includes(name.replace(/^.*[\s.#]/, '')) ? true : undefined
}

function beginsFunction(code: string, column: number): boolean {
  return /^(\(|async\b|class\b|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(
    code.slice(column, column + NEAR).replace(/\/\*.*?\*\//g, ''),
  )
}

/**
 * Whether V8 may see the fields of a class set here: in a function with the name of the class, or none, at the bracket
 * that opens the class (Node 22) or at the first field (Node 24), which may be far below.
 */
function mayBeFields({ text }: Lines, code: string, column: number, name: string): boolean {
  const beginsMember = /\{|(?<![^\s{;}/])[\p{ID_Start}$_#['"]/uy
  beginsMember.lastIndex = column
  return beginsMember.test(code) && text.includes(`class ${name}`.trimEnd())
}

/**
 * Column (0-based) of the identifier that gave a function its name, if the text shows beyond doubt which one that is,
 * else -1: `function x(`, `x = (`, `x: async (`, `class x`.
 */
export function identifierColumn(code: string, column: number, name: string): number {
  const from = Math.max(0, column - NEAR)
  const before = declared.exec(code.slice(from, column))
  if (before?.[1] === name) return from + before.index
  const inClass = /^class\s+/.exec(code.slice(column, column + NEAR))
  const start = column + (inClass?.[0].length ?? 0)
  return inClass !== null && code.slice(start).match(/^[\p{ID_Continue}$]+/u)?.[0] === name ? start : -1
}

const declared =
  /(?<![\p{ID_Continue}$.])([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:[=:]\s*(?:async\s*)?(?:function\b\s*\*?\s*)?)?$/u

/**
 * The name that a function expression gets from what it is assigned to, if the text shows it beyond doubt; `column`
 * (0-based) is where the expression begins: `const x: Handler = async (`, `x = function (`, `x: (`, `private x = (`.
 */
export function assignedName(code: string, column: number): string | undefined {
  const expression = /^(?:\(|<|async\b|function\b|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u
  if (!expression.test(code.slice(column, column + NEAR))) return undefined
  const before = column > 400 ? `.${code.slice(column - 400, column)}` : code.slice(0, column)
  return (typed.exec(before) ?? plain.exec(before))?.[1]
}

/** Matches a name with a word before it that only a declaration has; then a type may follow the name. */
const typed =
  /(?<![\p{ID_Continue}$.])(?:(?:const|let|var|private|protected|public|readonly|static|override)\s+)+#?([\p{ID_Start}$_][\p{ID_Continue}$]*)[?!]?\s*(?::(?:[^=;]|=>)*)?=\s*$/u

/** Matches a name at the beginning of a line, or after what separates properties and statements. */
const plain = /(?:^|[{,;(])\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)(?:\s*=|:)\s*$/u
