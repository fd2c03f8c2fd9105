import type { Frame } from '../../plugin/model/profile.ts'

/** A function as text for a URL: the same function has the same text in another profile. */
export function writeFunction({ name, file, line, column }: Frame): string {
  return `${name}@${file}:${line}:${column}`
}

/**
 * Index of the function in a profile's frames; -1 when it is not there. One without a name may be called by its role
 * here and not there: then its place tells.
 */
export function readFunction(frames: readonly Frame[], text: string): number {
  const exact = frames.findIndex((frame) => isFunction(frame) && writeFunction(frame) === text)
  if (exact >= 0) return exact
  return frames.findIndex((frame) => frame.line > 0 && text.endsWith(writeFunction({ ...frame, name: '' })))
}

/** Whether a frame can be looked at by itself. */
export function isFunction({ kind }: Frame): boolean {
  return kind !== 'root' && kind !== 'phase'
}
