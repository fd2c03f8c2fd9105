import { holderOf, nameOf, placeText } from '../../model/names.ts'
import { quantilesOf } from '../../model/rank.ts'
import { sum } from '../../model/sum.ts'
import type { LongestBlock } from '../../model/wire/routes.ts'
import type { WaitSum } from '../../model/wire/waits.ts'
import type { RequestSums } from '../../store/request-sums.ts'
import type { About } from '../about.ts'
import { count, ms, percent } from '../number-text.ts'
import { code, table } from './text.ts'

const ROWS = 10

/** Sections on where the wall time of the requests went, and on who or what they waited for. */
export function* requestSections({ requests, culprit }: About): Iterable<string> {
  const { wallMs } = requests
  if (wallMs.length > 0) {
    yield '## Where the time of a request went'
    yield split(requests)
    yield `${latency(requests)}${after(requests)}`
    yield '## Who made it wait'
    const isQueued = requests.queuedBehind.length > 0
    if (isQueued) yield queueing(requests)
    yield requests.blockedBy.length === 0
      ? `${isQueued ? 'After that nobody' : 'Nobody'}: when it could go on, the event loop was free.`
      : sums(
          'held by',
          requests.blockedBy.map(({ route, ...of }) => ({ name: route, ...of })),
          requests,
        )
    if (requests.waits.length > 0) {
      yield '## What it waited for'
      yield 'As far as Node says so. Operations for different things overlap, and last until the request goes on: what held it up meanwhile is in them.'
      if (requests.waits.some(({ kind }) => kind === 'request'))
        yield 'A `request` of a route had what it waited for: a lock, a connection of a pool, the place before it in a queue.'
      const named = ({ kind, target, ...of }: WaitSum) => ({ name: `${kind} ${target}`.trim(), ...of })
      yield sums('operation', requests.waits.map(named), requests)
    }
  }
  if (culprit !== undefined) {
    yield '## Whom it made wait'
    const { causedMs, queuedMs, awaitedMs } = culprit
    if (causedMs <= 0 && queuedMs <= 0 && awaitedMs <= 0) yield 'Nobody, since recording began.'
    if (causedMs > 0) yield caused(culprit)
    if (queuedMs > 0) yield queued(culprit)
    if (awaitedMs > 0) yield awaited(culprit)
  }
}

function queueing({ queuedMs, queuedBehind }: RequestSums): string {
  const [{ route }] = queuedBehind
  const quantile = quantilesOf(queuedMs)
  const at = (share: number) => `${fixed(quantile(share), quantile(1))} ms`
  const bounds = queuedMs.length === 1 ? at(1) : `${at(0.5)} (p50), ${at(0.95)} (p95), ${at(1)} (longest)`
  return `Before \`onRequest\` it may have queued for at most ${bounds}, which is no part of the wall time: the event loop was busy, above all with ${code(route)}.`
}

function split(requests: RequestSums): string {
  const { wallMs, ownMs, blockedMs, gcMs, waitingMs } = requests
  const all = sum(wallMs)
  const row = (name: string, part: number) => [
    name,
    perRequest(part, requests),
    percent(part, all),
    meanings[name] ?? '',
  ]
  return table(
    ['', 'ms per request:', '%:', ''],
    [
      row('own CPU', ownMs),
      row('held by others', blockedMs),
      row('garbage collection', gcMs),
      row('waiting', waitingMs),
      row('**wall time**', all),
    ],
  )
}

const meanings: Readonly<Record<string, string>> = {
  'own CPU': 'its code ran, hooks and parsing included',
  'held by others': 'the event loop was busy without a break until its turn',
  'garbage collection': 'in its turns, and in what held it up',
  waiting: 'I/O, timers, other processes',
  '**wall time**': 'the sum',
}

function latency({ wallMs, failed }: RequestSums): string {
  const quantile = quantilesOf(wallMs)
  const at = (share: number) => fixed(quantile(share), quantile(1))
  const failures = failed === 0 ? '' : ` ${count(failed, 'request')} failed.`
  if (wallMs.length === 1) return `One request, ${at(1)} ms.${failures}`
  const times = `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`
  return `Wall times of ${count(wallMs.length, 'request')}: ${times}.${failures}`
}

function after(requests: RequestSums): string {
  if (requests.afterMs <= 0) return ''
  return ` After the response another ${perRequest(requests.afterMs, requests)} ms of CPU per request, in the profile too.`
}

interface SumOf {
  readonly name: string
  readonly ms: number
  /** Number of requests in which it occurs. */
  readonly requests: number
}

function sums(header: string, list: readonly SumOf[], requests: RequestSums): string {
  const rows = list.slice(0, ROWS).map(({ name, ...of }) => {
    return [code(name), perRequest(of.ms, requests), fixed(of.ms, sum(requests.wallMs)), String(of.requests)]
  })
  const more = list.length > ROWS ? `\n\n… and ${list.length - ROWS} more.` : ''
  return table([header, 'ms per request:', 'ms in all:', 'requests:'], rows) + more
}

function caused({ causedMs, longestBlockMs, longestBlock }: NonNullable<About['culprit']>): string {
  const held = `Since recording began it made requests wait ${fixed(causedMs, causedMs)} ms in all for the event loop, ${fixed(longestBlockMs, causedMs)} ms at the longest by one turn`
  const where = placeOf(longestBlock)
  if (where === undefined) return `${held}.`
  if (longestBlock?.ms === longestBlockMs) return `${held}, ${where}.`
  return `${held}, which was not sampled; of those that were, ${fixed(longestBlock?.ms ?? 0, causedMs)} ms ${where}.`
}

function queued({ queuedMs, longestQueued }: NonNullable<About['culprit']>): string {
  const held = `Since recording began requests queued at most ${fixed(queuedMs, queuedMs)} ms in all before \`onRequest\` while it held the event loop`
  if (longestQueued === null) return `${held}.`
  const where = placeOf(longestQueued)
  const longest = `${fixed(longestQueued.ms, queuedMs)} ms by one turn`
  return `${held}, ${longest}${where === undefined ? '' : `, ${where}`}.`
}

/** In which function a turn spent most of its time; undefined where that is not known. */
function placeOf(turn: LongestBlock | null): string | undefined {
  const holder = holderOf(turn?.stack ?? [])
  if (holder === undefined) return undefined
  const place = code(placeText(holder))
  return `in ${code(nameOf(holder))}${place === '' ? '' : ` (${place})`}`
}

function awaited({ awaitedMs, longestAwaited }: NonNullable<About['culprit']>): string {
  const longestMs = longestAwaited?.ms ?? 0
  return `Since recording began requests waited ${fixed(awaitedMs, awaitedMs)} ms in all, ${fixed(longestMs, awaitedMs)} ms at the longest, until one of its requests let them go on: it had a lock, a connection of a pool, the place before them in a queue, or a promise.`
}

function perRequest(part: number, { wallMs }: RequestSums): string {
  return fixed(part / wallMs.length, sum(wallMs) / wallMs.length)
}

/** Milliseconds as text, with digits that depend on the whole. */
function fixed(part: number, whole: number): string {
  return ms(part * 1000, whole * 1000)
}
