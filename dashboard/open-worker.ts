import { buffersOf, type Opened, openToLook, type View } from './model/opened.ts'

/** The page's job for the worker, and its answer. */
export interface Job {
  readonly buffer: ArrayBuffer
  readonly view: View
}
export type Answer = { readonly opened: Opened } | { readonly problem: string }

addEventListener('message', ({ data: { buffer, view } }: MessageEvent<Job>) => {
  try {
    const opened = openToLook(buffer, view)
    answer({ opened }, buffersOf(opened))
  } catch (error) {
    answer({ problem: String(error) }, [])
  }
})

function answer(message: Answer, transfer: Transferable[]): void {
  postMessage(message, { transfer })
}
