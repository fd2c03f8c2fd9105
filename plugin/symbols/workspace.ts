import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isThere } from '../is-there.ts'

/** Files that mark the root of a workspace by being there. */
const markers = ['pnpm-workspace.yaml', 'lerna.json']

/**
 * The folder of the workspace (monorepo) that `root` is in, whose packages are part of the application; `root` itself
 * where it is in none. The rule is Vite's, for what its development server may serve. Never throws.
 */
export function workspaceOf(root: string): string {
  for (let at = root; ; at = dirname(at)) {
    if (markers.some((name) => isThere(join(at, name))) || hasWorkspaces(at)) return at
    if (dirname(at) === at) return root
  }
}

function hasWorkspaces(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return (manifest as { workspaces?: unknown } | null)?.workspaces !== undefined
  } catch {
    return false
  }
}
