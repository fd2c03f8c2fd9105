import { badParameter } from '../errors.ts'
import { isTime, type RequestBounds, timeForm } from '../model/bounds.ts'
import { amount, type Query, text } from './query.ts'

/** Reads bounds from a query; only those that are given are set. */
export function boundsOf(query: Query): RequestBounds {
  const bounds = {
    minMs: amount(query, 'minMs'),
    maxMs: amount(query, 'maxMs'),
    from: time(query, 'from'),
    to: time(query, 'to'),
  }
  return Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined))
}

function time(query: Query, name: string): string | undefined {
  const given = text(query, name)
  if (given === undefined || isTime(given)) return given
  throw badParameter(name, given, timeForm)
}
