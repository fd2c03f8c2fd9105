import type { Frame } from './profile.ts'

const MODULES = 'node_modules/'

/** What to call a function: its name, or where it stands when it has none. */
export function nameOf(frame: Frame): string {
  if (frame.name !== '(anonymous)' && frame.name !== '') return frame.name
  const place = placeOf(frame)
  return place === '' ? '(anonymous)' : place.slice(place.lastIndexOf('/') + 1)
}

/** `routes/report.ts:12`, `date-fns/format.js:341`; `''` for what has no file. */
export function placeOf(frame: Frame): string {
  if (frame.file === '') return ''
  const inPackage = frame.file.lastIndexOf(MODULES)
  const file = inPackage < 0 ? frame.file : frame.file.slice(inPackage + MODULES.length)
  return frame.line > 0 ? `${file}:${frame.line}` : file
}

/** Where a function comes from, in a word or two. */
export function originOf({ kind, name, ...frame }: Frame): string {
  if (kind === 'package') return frame.package ?? 'package'
  // `(garbage collector)`
  if (kind === 'system') return name.replace(/[()]/g, '')
  return { app: 'your code', node: 'Node.js', native: 'native', phase: 'Fastify', root: 'all' }[kind]
}

/** The innermost function of the application's own; else the innermost one. Of a stack, outermost first. */
export function holderOf(stack: readonly Frame[]): Frame | undefined {
  return stack.findLast((frame) => frame.kind === 'app') ?? stack.at(-1)
}
