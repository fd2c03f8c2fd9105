import type { FastifyRequest } from 'fastify'
import type { SamplerName } from './model/wire.ts'

export type IgnoreRule = string | RegExp

/** Options of `app.register(profiler, options)`; all optional. */
export interface ProfilerOptions {
  /** On, unless `NODE_ENV` is `production` or `test`. A list names the values of `NODE_ENV` where it is on. */
  enabled?: boolean | readonly string[] | (() => boolean)
  /** Where the dashboard lives. Default `/__profile`. */
  prefix?: string
  /** `manual` records nothing, at no cost, until `start()`. Default `always`. */
  record?: 'always' | 'manual'
  sampler?: 'auto' | SamplerName
  /** Microseconds between two samples, 100 to 100000. Default 1000. */
  samplingIntervalUs?: number
  /** Cap of everything kept, bytes. Default 64 MiB. */
  maxBytes?: number
  /** Newest requests kept per route. Default 100. */
  maxRequestsPerRoute?: number
  /** Requests that are not recorded: by path prefix, pattern of the path, or a function. */
  ignore?: IgnoreRule | readonly IgnoreRule[] | ((request: FastifyRequest) => boolean)
  /** Who may see the dashboard besides loopback. */
  authorize?: (request: FastifyRequest) => boolean | Promise<boolean>
  /** Further `Host` names the dashboard answers to. */
  allowedHosts?: readonly string[]
  /** Whether a request with a forwarding header can be local. Default false. */
  trustForwarded?: boolean
  /** Print the stats table when the app closes. Default false. */
  printStats?: boolean
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
  readonly printStats: boolean
}
