import { dirname } from 'node:path'

/**
 * The folder that the application runs in. Node throws where that has been removed, by a deployment say; then it is the
 * folder of the main script.
 */
export function workFolder(): string {
  try {
    return process.cwd()
  } catch {
    return dirname(process.argv[1] ?? process.execPath)
  }
}
