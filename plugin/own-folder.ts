import { fileURLToPath } from 'node:url'
import { isThere } from './is-there.ts'

/**
 * The folder that holds the plugin's code and nothing else, by the URL of one of its modules. `undefined` if a bundler
 * has put the code among the application's: then the two cannot be told apart.
 */
export function ownFolder(moduleUrl: string): string | undefined {
  const isPublished = () => isThere(new URL('pprof-format.cjs', moduleUrl))
  return moduleUrl.endsWith('.ts') || isPublished() ? fileURLToPath(new URL('.', moduleUrl)) : undefined
}
