import { badParameter } from '../errors.ts'
import { baselineNamePattern, PREVIOUS } from '../model/labels.ts'

const form = new RegExp(`^${baselineNamePattern}$`)

/** Returns a valid name of a baseline. Throws `FST_PROFILER_BAD_PARAMETER`. */
export function baselineName(given: unknown): string {
  if (isBaselineName(given)) return given
  if (given === PREVIOUS)
    throw badParameter(
      'name',
      given,
      'another name: this one is taken by the run that the profiler keeps automatically',
    )
  const allowed =
    '1 to 64 lower-case letters, digits, ".", "_" and "-", the first and last of them a letter or digit'
  throw badParameter('name', given, allowed)
}

export function isBaselineName(given: unknown): given is string {
  return typeof given === 'string' && form.test(given)
}
