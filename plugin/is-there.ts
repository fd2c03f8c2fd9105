import { existsSync } from 'node:fs'

/** Whether a file can be seen. Node's `existsSync` throws where the permission model does not let it be read. */
export function isThere(path: string | URL): boolean {
  try {
    return existsSync(path)
  } catch {
    return false
  }
}
