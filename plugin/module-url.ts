import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { workFolder } from './work-folder.ts'

/**
 * URL of a module, by its `import.meta.url`. A bundler that makes CommonJS may leave that out; then it is the URL of
 * the main script: the bundle has to start, though it finds no files beside it.
 */
export function moduleUrl(own: string | undefined): string {
  return own ?? pathToFileURL(process.argv[1] ?? join(workFolder(), 'script')).href
}
