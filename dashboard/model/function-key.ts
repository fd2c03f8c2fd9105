import type { Frame } from '../../plugin/model/profile.ts'

/** A function as text for a URL: the same function has the same text in another profile. */
export function writeFunction({ name, file, line, column }: Frame): string {
  return `${name}@${file}:${line}:${column}`
}

/**
 * Index of the function in a profile's frames; -1 if it is not there. A nameless function may be named by its role in one
 * profile and not in another: then its place identifies it.
 */
export function readFunction(frames: readonly Frame[], text: string): number {
  const exact = frames.findIndex((frame) => isFunction(frame) && writeFunction(frame) === text)
  if (exact >= 0) return exact
  return frames.findIndex((frame) => frame.line > 0 && text.endsWith(writeFunction({ ...frame, name: '' })))
}

/** Whether a frame is a function that can be opened. */
export function isFunction({ kind }: Frame): boolean {
  return kind !== 'root' && kind !== 'phase'
}
