import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { track } from './busy.ts'
import type { Imported } from './model/import/imported.ts'
import type { Location, Navigate } from './model/location.ts'

/** A larger file is not read: the page would freeze for many seconds. */
const MOST_BYTES = 256 * 2 ** 20

/** How far reading a file has come. The file never leaves the page, and is gone after a reload. */
export type FileState =
  | { readonly state: 'none' }
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly imported: Imported }
  | { readonly state: 'failed'; readonly why: string }

export interface OpenFile {
  /** The file with that name, if it is the one opened last. */
  readonly fileNamed: (name: string) => FileState
  /** Asks the browser for a file. */
  readonly choose: () => void
  /** Whether a file is being dragged over the page. */
  readonly dragging: boolean
}

/** Resets everything else that the page could show beside the file. */
const elsewhere: Partial<Location> = {
  route: undefined,
  request: undefined,
  together: false,
  base: undefined,
  head: undefined,
  phases: false,
  only: '',
  unfold: '',
  search: '',
  find: '',
  zoom: '',
  range: '',
  function: '',
  line: '',
}

/** Opens profiles from files that the user drops on the page or chooses. */
export function useOpenFile(go: Navigate): OpenFile {
  const [last, setLast] = useState<{ readonly name: string; readonly file: FileState }>()
  const newest = useRef<File>(undefined)
  const open = useCallback(
    (chosen: File) => {
      newest.current = chosen
      go({ ...elsewhere, file: chosen.name })
      // A file that finishes after a newer one was chosen is no longer wanted.
      const set = (file: FileState) => newest.current === chosen && setLast({ name: chosen.name, file })
      set({ state: 'reading' })
      track(read(chosen)).then(set, (error) => set({ state: 'failed', why: wordsOf(error) }))
    },
    [go],
  )
  const fileNamed = (name: string): FileState => (last?.name === name ? last.file : { state: 'none' })
  return { fileNamed, choose: () => ask(open), dragging: useDrop(open) }
}

async function read(file: File): Promise<FileState> {
  if (file.size > MOST_BYTES) return { state: 'failed', why: 'The file is larger than 256 MiB.' }
  const [text, { readImport }] = await Promise.all([file.text(), import('./screens/index.ts')])
  // Lets the page say first what it is about to do.
  await new Promise((done) => setTimeout(done, 50))
  return { state: 'read', imported: readImport(file.name, text) }
}

function wordsOf(error: unknown): string {
  return error instanceof Error && error.name === 'ImportError'
    ? error.message
    : 'The file could not be read.'
}

function ask(open: (file: File) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.cpuprofile,.json'
  input.onchange = () => input.files?.[0] && open(input.files[0])
  input.click()
}

/** Whether a file is over the page; `open` is called when it is dropped. */
function useDrop(open: (file: File) => void): boolean {
  const [dragging, setDragging] = useState(false)
  useEffect(() => {
    const stop = new AbortController()
    const on = (type: 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) =>
      addEventListener(type, listener, { signal: stop.signal })
    const holdsFile = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') === true
    on('dragover', (event) => {
      if (!holdsFile(event)) return
      event.preventDefault()
      setDragging(true)
    })
    // Out of the window, and not into an element of it.
    on('dragleave', ({ relatedTarget }) => relatedTarget === null && setDragging(false))
    on('drop', (event) => {
      if (!holdsFile(event)) return
      event.preventDefault()
      setDragging(false)
      const [file] = event.dataTransfer?.files ?? []
      if (file !== undefined) open(file)
    })
    return () => stop.abort()
  }, [open])
  return dragging
}
