import { resolve } from 'node:path'
import { badOption } from '../errors.ts'
import { workFolder } from '../work-folder.ts'
import { isHostEntry } from './access.ts'
import type { Settings } from './index.ts'

/** Checks a prefix and removes a trailing slash. Neither the router nor a browser writes a valid one differently. */
export function prefixOf(given: unknown): string {
  const path = typeof given === 'string' ? given.replace(/\/$/, '') : ''
  const segments = path.split('/').slice(1)
  if (!/^(\/[\w.~-]+)+$/.test(path) || segments.some((segment) => segment === '.' || segment === '..')) {
    const allowed = 'a path like "/__profile": "/" and a name, once or more, of letters, digits and - . _ ~'
    throw badOption('prefix', given, allowed)
  }
  return path
}

export function oneOf<T>(name: string, given: unknown, allowed: readonly T[]): T {
  if (allowed.includes(given as T)) return given as T
  throw badOption(name, given, allowed.map((value) => JSON.stringify(value)).join(', '))
}

export function whole(name: string, given: unknown, least: number, most: number): number {
  const fits = Number.isInteger(given) && (given as number) >= least && (given as number) <= most
  if (fits) return given as number
  throw badOption(name, given, `a whole number from ${least} to ${most}`)
}

/** Milliseconds; `Infinity` for `false`. */
export function thresholdOf(name: string, given: unknown): number {
  if (given === false) return Number.POSITIVE_INFINITY
  if (typeof given === 'number' && given > 0 && given < Number.POSITIVE_INFINITY) return given
  throw badOption(name, given, 'milliseconds above 0, or false')
}

/** An absolute path; `undefined` for `false`. */
export function folderOf(name: string, given: unknown): string | undefined {
  if (given === false) return undefined
  const isPath = typeof given === 'string' && given.trim() !== '' && !given.includes('\0')
  if (isPath && given.length <= 4096) return resolve(workFolder(), given)
  throw badOption(name, given, 'the path of a folder, or false')
}

export function authorizeOf(given: unknown): Settings['authorize'] {
  if (given === undefined || typeof given === 'function') return given as Settings['authorize']
  const allowed = 'a function of the request that answers true or false, or a promise of it'
  throw badOption('authorize', given, allowed)
}

/** Checks host names and puts them in lower case, in which hosts are compared. */
export function hostsOf(given: unknown): readonly string[] {
  const list = Array.isArray(given) ? given : [undefined]
  const names = list.map((name) => (typeof name === 'string' ? name.toLowerCase() : ''))
  if (names.every(isHostEntry)) return names
  const allowed =
    'a list of names without scheme, port and path: "dev.example.com", ".example.com", "[fd00::1]"'
  throw badOption('allowedHosts', given, allowed)
}
