import type { RequestBounds } from '../bounds.ts'

/**
 * Selects the kept requests of one route or of all routes, optionally within bounds; or one or more requests by id. The
 * route `(no request)` is what is kept of work that belongs to none: it has no bounds, and nothing to compare.
 */
export interface Selection extends RequestBounds {
  route?: string | undefined
  requests?: readonly string[] | undefined
  /** Puts Fastify's phases between the root and the stacks, as frames of kind `phase`. */
  phases?: boolean | undefined
  /** Adds `Profile.across`: what functions cost over the requests, from the first to the last. */
  across?: boolean | undefined
}

/** Selects a route of a baseline; by default its only one, or that of the comparison's other side. */
export interface BaselineSelection {
  baseline: string
  route?: string | undefined
}

/** A side of a comparison: something recorded, or a baseline. `phases` and `across` have no effect here. */
export type DiffSelection = Selection | BaselineSelection

export const exportFormats = [
  'json',
  'cpuprofile',
  'pprof',
  'speedscope',
  'collapsed',
  'text',
  'markdown',
] as const

export type ExportFormat = (typeof exportFormats)[number]
