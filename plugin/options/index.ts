import type { FastifyRequest } from 'fastify'
import { badOption } from '../errors.ts'
import { type SamplerName, samplerNames } from '../model/wire/status.ts'
import { type Editor, type EditorOption, editorOf } from './editor.ts'
import { checkEnabled, type EnabledOption, environmentOf } from './enabled.ts'
import { type IgnoreOption, ignoreOf } from './ignore.ts'
import { nearest } from './nearest.ts'
import { authorizeOf, folderOf, hostsOf, oneOf, prefixOf, thresholdOf, whole } from './option-values.ts'

/** Options of `app.register(profiler, options)`; all optional. */
export interface ProfilerOptions {
  /**
   * Whether the profiler is on. By default it is, unless `NODE_ENV` is `production` or `test`. A list names the values
   * of `NODE_ENV` for which it is on; an unset one counts as `development`. The environment variable `FASTIFY_PROFILER`
   * (1, on, true, 0, off, false) takes precedence.
   */
  enabled?: EnabledOption | undefined
  /** Path of the dashboard. Default `/__profile`. */
  prefix?: string
  /** When to record; `manual` records nothing, at no cost, until `start()`. Default `always`. */
  record?: 'always' | 'manual' | undefined
  /**
   * Which sampler to use. `auto` (the default) takes the best one that works here; naming one that cannot work is an
   * error at registration.
   */
  sampler?: 'auto' | SamplerName | undefined
  /** Microseconds between two samples, 100 to 100000. Default 1000. */
  samplingIntervalUs?: number | undefined
  /** Cap of all memory kept, bytes; at least 65536. Default 64 MiB. */
  maxBytes?: number | undefined
  /** Number of newest requests kept per route. Default 100. */
  maxRequestsPerRoute?: number | undefined
  /**
   * Requests that are not recorded: a path (`/assets` means that path and all below it), a RegExp for the path without
   * the query, a list of both, or a function of the request.
   */
  ignore?: IgnoreOption | undefined
  /** Decides who may see the dashboard besides loopback. Only `true` lets a request in. */
  authorize?: ((request: FastifyRequest) => boolean | Promise<boolean>) | undefined
  /**
   * Further `Host` names that the dashboard answers to, without a port. A name that starts with a dot also stands for
   * all names below it.
   */
  allowedHosts?: readonly string[] | undefined
  /** Whether a request with a forwarding header can count as local. Default false. */
  trustForwarded?: boolean | undefined
  /** Adds `Server-Timing`, which also says where the request's page is, to recorded responses. Default true. */
  serverTiming?: boolean | undefined
  /**
   * Logs a line when others made a request wait longer than this, milliseconds; `false` for never. Default 100, or
   * `false` if `NODE_ENV` is `test`.
   */
  warnBlockedMs?: number | false | undefined
  /** Prints the stats table when the application closes. Default false. */
  printStats?: boolean | undefined
  /** Counts function calls exactly. It keeps V8 from optimising code, so everything runs slower. Default false. */
  callCounts?: boolean | undefined
  /**
   * Folder for baselines, where they survive a restart; `false` keeps them in memory. A relative path is resolved from
   * `process.cwd()`. If the application listens in the main thread, each route's last run is kept there too, unless
   * `NODE_ENV` is `production` or `test`. The folder is created when there is something to keep. Default
   * `node_modules/.cache/fastify-profiler`.
   */
  persist?: string | false | undefined
  /**
   * Editor that source links open: its name, a URL with `{file}`, `{line}` and `{column}`, or `{ open, paths }` if it
   * finds the files elsewhere, as with a container; `false` for no links. Default is the editor in `$VISUAL` or
   * `$EDITOR`, if it can open URLs, else `vscode`.
   */
  editor?: EditorOption | undefined
}

/** All options, complete and checked. */
export interface Settings {
  readonly prefix: string
  readonly record: 'always' | 'manual'
  readonly sampler: 'auto' | SamplerName
  readonly samplingIntervalUs: number
  readonly maxBytes: number
  readonly maxRequestsPerRoute: number
  readonly ignore: ((request: FastifyRequest) => boolean) | undefined
  readonly authorize: ((request: FastifyRequest) => boolean | Promise<boolean>) | undefined
  readonly allowedHosts: readonly string[]
  readonly trustForwarded: boolean
  readonly serverTiming: boolean
  /** Milliseconds; `Infinity` for never. */
  readonly warnBlockedMs: number
  readonly printStats: boolean
  readonly callCounts: boolean
  /** Absolute path; `undefined` for none. */
  readonly persist: string | undefined
  /** `undefined` for no links. */
  readonly editor: Editor | undefined
}

export const optionNames = [
  'enabled',
  'prefix',
  'record',
  'sampler',
  'samplingIntervalUs',
  'maxBytes',
  'maxRequestsPerRoute',
  'ignore',
  'authorize',
  'allowedHosts',
  'trustForwarded',
  'serverTiming',
  'warnBlockedMs',
  'printStats',
  'callCounts',
  'persist',
  'editor',
] as const satisfies readonly (keyof ProfilerOptions)[]

/** Complete settings; an option that is `undefined` counts as not given. Throws `FST_PROFILER_BAD_OPTION`. */
export function checkOptions(options: unknown = {}): Settings {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badOption('options', options, 'an object')
  }
  for (const [name, value] of Object.entries(options)) checkName(name, value)
  const {
    enabled,
    prefix = '/__profile',
    record = 'always',
    sampler = 'auto',
    samplingIntervalUs = 1000,
    maxBytes = 64 * 2 ** 20,
    maxRequestsPerRoute = 100,
    ignore,
    authorize,
    allowedHosts = [],
    trustForwarded = false,
    serverTiming = true,
    warnBlockedMs = environmentOf(process.env) === 'test' ? false : 100,
    printStats = false,
    callCounts = false,
    persist = 'node_modules/.cache/fastify-profiler',
    editor,
  } = options as Readonly<Record<(typeof optionNames)[number], unknown>>
  checkEnabled(enabled)
  return {
    prefix: prefixOf(prefix),
    record: oneOf('record', record, ['always', 'manual']),
    sampler: oneOf('sampler', sampler, ['auto', ...samplerNames]),
    samplingIntervalUs: whole('samplingIntervalUs', samplingIntervalUs, 100, 100_000),
    maxBytes: whole('maxBytes', maxBytes, 64 * 1024, Number.MAX_SAFE_INTEGER),
    maxRequestsPerRoute: whole('maxRequestsPerRoute', maxRequestsPerRoute, 1, 1_000_000),
    ignore: ignoreOf(ignore),
    authorize: authorizeOf(authorize),
    allowedHosts: hostsOf(allowedHosts),
    trustForwarded: oneOf('trustForwarded', trustForwarded, [true, false]),
    serverTiming: oneOf('serverTiming', serverTiming, [true, false]),
    warnBlockedMs: thresholdOf('warnBlockedMs', warnBlockedMs),
    printStats: oneOf('printStats', printStats, [true, false]),
    callCounts: oneOf('callCounts', callCounts, [true, false]),
    persist: folderOf('persist', persist),
    editor: editorOf(editor, process.env),
  }
}

function checkName(name: string, value: unknown): void {
  if ((optionNames as readonly string[]).includes(name)) return
  const meant = nearest(name, optionNames)
  const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`
  throw badOption(name, value, `no option of this name${hint}, only ${optionNames.join(', ')}`)
}
