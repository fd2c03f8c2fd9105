import { badParameter } from '../errors.ts'

const form = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/

/**
 * A baseline's name, which is part of a file's: nothing that leads elsewhere, or that two file systems tell apart in
 * different ways. Throws `FST_PROFILER_BAD_PARAMETER`.
 */
export function baselineName(given: unknown): string {
  if (isBaselineName(given)) return given
  const allowed =
    '1 to 64 small letters, digits, ".", "_" and "-", the first and last of them a letter or digit'
  throw badParameter('name', given, allowed)
}

export function isBaselineName(given: unknown): given is string {
  return typeof given === 'string' && form.test(given)
}
