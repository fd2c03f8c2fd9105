export type ImportFault = 'NO_JSON' | 'OTHER_FORM' | 'BROKEN' | 'EMPTY'

/** Says why a file cannot be shown, in words for the page. */
export class ImportError extends Error {
  readonly code: ImportFault

  constructor(code: ImportFault, message: string) {
    super(message)
    this.name = 'ImportError'
    this.code = code
  }
}

export function broken(why: string): ImportError {
  return new ImportError('BROKEN', `The profile is broken: ${why}.`)
}
