import type { Frame } from '../../plugin/model/profile.ts'

/** A function as text for a URL: the same function has the same text in another profile. */
export function writeFunction({ name, file, line, column }: Frame): string {
  return `${name}@${file}:${line}:${column}`
}

/** Index of the function in a profile's frames; -1 when it is not there. */
export function readFunction(frames: readonly Frame[], text: string): number {
  return frames.findIndex((frame) => isFunction(frame) && writeFunction(frame) === text)
}

/** Whether a frame can be looked at by itself. */
export function isFunction({ kind }: Frame): boolean {
  return kind !== 'root' && kind !== 'phase'
}
