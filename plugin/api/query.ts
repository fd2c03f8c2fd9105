import type { FastifyRequest } from 'fastify'
import { badParameter } from '../errors.ts'
import { addToGroup } from '../model/groups.ts'

/** Values of a query's parameters by name, in order. */
export type Query = ReadonlyMap<string, readonly string[]>

/**
 * Reads the query of a request without the application's own query parser. An empty value counts as not given. Throws
 * for a name that is not among `names`.
 */
export function queryOf(request: FastifyRequest, names: readonly string[]): Query {
  const url = request.raw.url ?? ''
  const start = url.indexOf('?')
  return start < 0 ? new Map() : readQuery(url.slice(start + 1), names)
}

/** Reads the text of a query, like {@link queryOf}. */
export function readQuery(written: string, names: readonly string[]): Query {
  const query = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(written)) {
    if (!names.includes(name)) {
      const known = names.length === 0 ? 'no parameters' : `only ${names.join(', ')}`
      throw badParameter(name, value, known)
    }
    if (value === '') continue
    addToGroup(query, name, value)
  }
  return query
}

/** Value of a parameter that may be given only once. */
export function text(query: Query, name: string): string | undefined {
  const values = query.get(name)
  if (values !== undefined && values.length > 1) throw badParameter(name, values, 'given once')
  return values?.[0]
}

export function choice<T extends string>(query: Query, name: string, allowed: readonly T[]): T | undefined {
  const given = text(query, name)
  if (given === undefined || allowed.includes(given as T)) return given as T | undefined
  throw badParameter(name, given, allowed.join(', '))
}

function pattern(query: Query, name: string, form: RegExp, allowed: string): string | undefined {
  const given = text(query, name)
  if (given === undefined || form.test(given)) return given
  throw badParameter(name, given, allowed)
}

/** A decimal number without sign or exponent, with as many digits as any number is written with. */
export function amount(query: Query, name: string): number | undefined {
  const given = pattern(query, name, /^\d{1,15}(\.\d{1,30})?$/, 'a number of 0 or more')
  return given === undefined ? undefined : Number(given)
}

export function whole(query: Query, name: string, least: number, most: number): number | undefined {
  const allowed = `a whole number from ${least} to ${most}`
  const given = pattern(query, name, /^\d{1,15}$/, allowed)
  if (given === undefined) return undefined
  if (Number(given) < least || Number(given) > most) throw badParameter(name, given, allowed)
  return Number(given)
}
