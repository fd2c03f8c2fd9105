import { badOption, ProfilerError } from '../errors.ts'

export type EnabledOption = boolean | readonly string[] | (() => boolean)

export interface Enabled {
  readonly enabled: boolean
  /** Reason as a phrase for the log. */
  readonly reason: string
}

const allowed = 'true, false, a list of NODE_ENV values, or a function that answers true or false'
const switchWords: Readonly<Record<string, boolean>> = {
  1: true,
  on: true,
  true: true,
  0: false,
  off: false,
  false: false,
}

type Env = Readonly<Record<string, string | undefined>>

/** `NODE_ENV` in lower case; `''` if it is not set. */
export function environmentOf({ NODE_ENV }: Env): string {
  return NODE_ENV?.trim().toLowerCase() ?? ''
}

export function isProduction(env: Env): boolean {
  return environmentOf(env) === 'production'
}

/** Whether `NODE_ENV` is `test`, or Node's own test runner started the process. */
export function isTest(env: Env): boolean {
  return environmentOf(env) === 'test' || env.NODE_TEST_CONTEXT !== undefined
}

/**
 * Whether the profiler is on: the environment variable `FASTIFY_PROFILER` takes precedence over the option; without
 * both it is on unless `NODE_ENV` is `production` or `test`. An unset `NODE_ENV` counts as `development`.
 *
 * It is read once, at registration; nothing in a request can change it.
 */
export function isEnabled(options: { readonly enabled?: EnabledOption } | undefined, env: Env): Enabled {
  const fromEnv = switchOf(env.FASTIFY_PROFILER)
  if (fromEnv !== undefined)
    return { enabled: fromEnv, reason: `FASTIFY_PROFILER is ${env.FASTIFY_PROFILER}` }
  const nodeEnv = env.NODE_ENV || 'development'
  const stated = env.NODE_ENV ? `NODE_ENV is ${nodeEnv}` : 'NODE_ENV is not set'
  const option = options?.enabled
  checkEnabled(option)
  if (option === undefined) {
    const off = isProduction(env) || environmentOf(env) === 'test'
    return { enabled: !off, reason: stated }
  }
  if (typeof option === 'boolean') return { enabled: option, reason: `option "enabled" is ${option}` }
  if (typeof option !== 'function') {
    const enabled = option.includes(nodeEnv)
    return { enabled, reason: `${stated}, ${enabled ? '' : 'not '}in option "enabled"` }
  }
  const enabled: unknown = option()
  if (enabled instanceof Promise) enabled.catch(() => {})
  if (typeof enabled !== 'boolean')
    throw badOption('enabled', enabled, `${allowed}; this is what it answered`)
  return { enabled, reason: `the function in option "enabled" answered ${enabled}` }
}

/** Throws unless `given` is valid for the option `enabled`. */
export function checkEnabled(given: unknown): asserts given is EnabledOption | undefined {
  const fine =
    given === undefined ||
    typeof given === 'boolean' ||
    typeof given === 'function' ||
    (Array.isArray(given) && given.every((name) => typeof name === 'string'))
  if (!fine) throw badOption('enabled', given, allowed)
}

function switchOf(given: string | undefined): boolean | undefined {
  const word = given?.trim().toLowerCase()
  if (word === undefined || word === '') return undefined
  if (Object.hasOwn(switchWords, word)) return switchWords[word]
  throw new ProfilerError(
    'FST_PROFILER_BAD_OPTION',
    `environment variable FASTIFY_PROFILER is ${JSON.stringify(given)}; allowed: 1, 0, on, off, true, false`,
  )
}
