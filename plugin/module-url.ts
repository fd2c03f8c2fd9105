import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Address of a module, by its `import.meta.url`. A bundler that makes CommonJS of it may leave that out: then it is the
 * script's, since the bundle has to start, though it finds no files beside it.
 */
export function moduleUrl(own: string | undefined): string {
  return own ?? pathToFileURL(process.argv[1] ?? join(process.cwd(), 'script')).href
}
