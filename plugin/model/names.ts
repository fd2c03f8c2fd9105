import type { Frame } from './profile.ts'

const MODULES = 'node_modules/'

/** Key of a frame's name, place and kind: frames with the same key are one function. */
export function frameKey({ name, file, line, column, kind }: Frame): string {
  return `${line}:${column}:${kind}:${name.length}:${name}${file}`
}

/** Whether a function has no name in its source. */
export function isNameless({ name }: Frame): boolean {
  return name === '' || name === '(anonymous)'
}

/** The part of a path below the innermost `node_modules`; `undefined` if it has none. */
export function inModules(file: string): string | undefined {
  const at = file.lastIndexOf(MODULES)
  return at < 0 ? undefined : file.slice(at + MODULES.length)
}

/** What to call a function: its name, or its place in the source if it has none. */
export function nameOf(frame: Frame): string {
  if (!isNameless(frame)) return frame.name
  const place = placeText(frame)
  return place === '' ? '(anonymous)' : place.slice(place.lastIndexOf('/') + 1)
}

/** Place of a function, such as `routes/report.ts:12` or `date-fns/format.js:341`; `''` if it has no file. */
export function placeText(frame: Frame): string {
  if (frame.file === '') return ''
  const file = inModules(frame.file) ?? frame.file
  return frame.line > 0 ? `${file}:${frame.line}` : file
}

/** Whether a function was made at run time, by `new Function` or `eval`: V8 knows a line of it, but no file. */
export function isGenerated({ kind, file, line }: Frame): boolean {
  return kind === 'native' && file === '' && line > 0
}

/** Where a function comes from, in a word or two. */
export function originOf(frame: Frame): string {
  const { kind, name } = frame
  if (kind === 'package') return frame.package ?? 'package'
  if (isGenerated(frame)) return 'generated code'
  // `(garbage collector)`
  if (kind === 'system') return name.replace(/[()]/g, '')
  return { app: 'your code', node: 'Node.js', native: 'native', phase: 'Fastify', root: 'all' }[kind]
}

/** Functions of Node's that call whatever is next to run: of a stack that ends there, nobody knows what ran. */
const callers: ReadonlySet<string> = new Set([
  'callbackTrampoline',
  'listOnTimeout',
  'processImmediate',
  'processTicksAndRejections',
  'processTimers',
  'runMicrotasks',
  'runNextTicks',
])

/**
 * The innermost function of the application in a stack (outermost first); if there is none, the innermost one.
 * `undefined` where the stack ends before any of what Node's loop called.
 */
export function holderOf(stack: readonly Frame[]): Frame | undefined {
  const innermost = stack.at(-1)
  const isCaller = innermost !== undefined && innermost.kind !== 'package' && callers.has(innermost.name)
  return stack.findLast((frame) => frame.kind === 'app') ?? (isCaller ? undefined : innermost)
}
