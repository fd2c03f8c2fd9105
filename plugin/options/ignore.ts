import { types } from 'node:util'
import type { FastifyRequest } from 'fastify'
import { badOption } from '../errors.ts'

export type IgnoreRule = string | RegExp
export type IgnoreOption = IgnoreRule | readonly IgnoreRule[] | ((request: FastifyRequest) => boolean)

const allowed =
  'a path that begins with "/", a RegExp, a list of them, or a function of the request that answers true or false'

/**
 * Makes one function, which never throws, from any form of the option `ignore`; `undefined` if nothing is ignored.
 *
 * A string matches the path itself and everything below it: `/assets` matches `/assets` and `/assets/a.js`, not
 * `/assets2`. A RegExp is tried on the path without the query. A function that throws, or answers with a promise,
 * ignores nothing.
 */
export function ignoreOf(given: unknown): ((request: FastifyRequest) => boolean) | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'function') return guarded(given as (request: FastifyRequest) => unknown)
  const rules = (Array.isArray(given) ? given : [given]).map((rule) => matcher(rule, given))
  if (rules.length === 0) return undefined
  return (request) => {
    const path = pathOf(request.raw.url ?? '/')
    return rules.some((matches) => matches(path))
  }
}

function matcher(rule: unknown, given: unknown): (path: string) => boolean {
  if (typeof rule === 'string' && rule.startsWith('/')) {
    const below = rule.endsWith('/') ? rule : `${rule}/`
    return (path) => path === rule || path.startsWith(below)
  }
  if (types.isRegExp(rule)) {
    // A copy, since `lastIndex` of a sticky or global pattern is state that the application may use too.
    const pattern = new RegExp(rule)
    return (path) => {
      pattern.lastIndex = 0
      return pattern.test(path)
    }
  }
  throw badOption('ignore', given, allowed)
}

function guarded(ignore: (request: FastifyRequest) => unknown): (request: FastifyRequest) => boolean {
  return (request) => {
    try {
      const answer = ignore(request)
      if (typeof (answer as { then?: unknown } | undefined | null)?.then !== 'function')
        return Boolean(answer)
      Promise.resolve(answer).catch(() => {})
      return false
    } catch {
      return false
    }
  }
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
