import type { FileCosts } from '../file-costs.ts'

/** The text of a file that occurs in a profile, and what its lines cost there. */
export interface Source extends FileCosts {
  /** As in `Frame.file`. */
  readonly file: string
  /** Absolute path with `/`; `''` when the text is found only in a source map. */
  readonly path: string
  readonly text: string
  /** Whether the file has changed since its code was loaded, so that its lines may not be those that ran. */
  readonly changed: boolean
}

/** Answer of `GET api/source?file=src/app.ts&route=…`. */
export interface SourceAnswer extends Omit<Source, 'path'> {
  /** `null` when no editor is configured, or there is no file to open. */
  readonly editor: EditorLink | null
}

export interface EditorLink {
  /** Name for people, such as `VS Code`. */
  readonly name: string
  /** Opens the file once `{line}` and `{column}` in it are filled in. */
  readonly url: string
}
