import type { FastifyRequest } from 'fastify'
import { badOption } from '../errors.ts'
import type { SamplerName } from '../model/wire.ts'
import { type Editor, type EditorOption, editorOf } from './editor.ts'
import { checkEnabled, type EnabledOption, environmentOf } from './enabled.ts'
import { type IgnoreOption, ignoreOf } from './ignore.ts'
import { nearest } from './nearest.ts'
import { authorizeOf, folderOf, hostsOf, oneOf, prefixOf, thresholdOf, whole } from './option-values.ts'

/** Options of `app.register(profiler, options)`; all optional. */
export interface ProfilerOptions {
  /**
   * On, unless `NODE_ENV` is `production` or `test`. A list names the values of `NODE_ENV` where it is on; an unset
   * one is `development`. The environment variable `FASTIFY_PROFILER` (1, on, true, 0, off, false) wins over it.
   */
  enabled?: EnabledOption | undefined
  /** Where the dashboard lives. Default `/__profile`. */
  prefix?: string
  /** `manual` records nothing, at no cost, until `start()`. Default `always`. */
  record?: 'always' | 'manual' | undefined
  /**
   * What makes V8 sample. `auto` (the default) takes the best that works here; a named one that cannot work is an error
   * at registration.
   */
  sampler?: 'auto' | SamplerName | undefined
  /** Microseconds between two samples, 100 to 100000. Default 1000. */
  samplingIntervalUs?: number | undefined
  /** Cap of everything kept, bytes; 65536 at least. Default 64 MiB. */
  maxBytes?: number | undefined
  /** Newest requests kept per route. Default 100. */
  maxRequestsPerRoute?: number | undefined
  /**
   * Requests that are not recorded: a path (`/assets` is that path and all below it), a pattern of the path without
   * the query, a list of them, or a function of the request.
   */
  ignore?: IgnoreOption | undefined
  /** Who may see the dashboard besides loopback. Only `true` lets in. */
  authorize?: ((request: FastifyRequest) => boolean | Promise<boolean>) | undefined
  /**
   * Further `Host` names the dashboard answers to, without a port. One that starts with a dot stands for all names
   * below it too.
   */
  allowedHosts?: readonly string[] | undefined
  /** Whether a request with a forwarding header can be local. Default false. */
  trustForwarded?: boolean | undefined
  /** Adds `Server-Timing`, which also tells the request's page, to recorded responses. Default true. */
  serverTiming?: boolean | undefined
  /**
   * Log a line when others made a request wait longer than this, milliseconds; `false` for never. Default 100, and
   * `false` where `NODE_ENV` is `test`.
   */
  warnBlockedMs?: number | false | undefined
  /** Print the stats table when the app closes. Default false. */
  printStats?: boolean | undefined
  /** Count calls of functions exactly. Keeps V8 from optimising code, so everything runs slower. Default false. */
  callCounts?: boolean | undefined
  /**
   * Folder for baselines, which survive a restart there; `false` keeps them in memory. A relative one is below
   * `process.cwd()`. Of an application that listens, each route's last run is kept there too, unless it is `false` or
   * `NODE_ENV` is `production` or `test`. It is made when there is something to keep. Default `node_modules/.cache/fastify-profiler`.
   */
  persist?: string | false | undefined
  /**
   * The editor that links in sources open: its name, a URL with `{file}`, `{line}` and `{column}`, or `{ open, paths }`
   * where files lie elsewhere for it, as with a container; `false` for no links. Default is what `$VISUAL` or
   * `$EDITOR` names, if that opens URLs, else `vscode`.
   */
  editor?: EditorOption | undefined
}

/** Options, complete and checked. */
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
  /** `Infinity` for never. */
  readonly warnBlockedMs: number
  readonly printStats: boolean
  readonly callCounts: boolean
  /** Absolute; `undefined` for none. */
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

const samplers = ['auto', 'v8-profiler-next', 'v8', 'inspector'] as const
const mebibyte = 1024 * 1024

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
    maxBytes = 64 * mebibyte,
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
    sampler: oneOf('sampler', sampler, samplers),
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
