import { mostWaits, type Wait, type WaitSum } from '../../plugin/model/wire.ts'
import { count, durationText } from './format.ts'

/** Times with a smaller ratio are alike: that operations overlap a bit, or end a bit before the request goes on, is chance. */
const ALIKE = 1.05

export const waitNames: Record<Wait['kind'], string> = {
  http: 'HTTP',
  database: 'Database',
  timer: 'Timer',
  file: 'File system',
  dns: 'DNS',
  connect: 'Connecting',
  compute: 'Thread pool',
  process: 'Process',
  addon: 'Native code',
  connection: 'Data',
  message: 'Message',
  body: 'Request body',
}

/** What a request waited for, in a few words: `GET http://prices/eur?day=`, `timer 50 ms`, `file system`. */
export function waitName({ kind, target }: Pick<Wait, 'kind' | 'target'>): string {
  if (kind === 'http' || kind === 'database') return target === '' ? waitNames[kind] : target
  const name = {
    timer: 'timer',
    file: 'file system',
    dns: 'DNS',
    connect: 'connecting to',
    compute: '',
    process: 'process',
    addon: 'native code:',
    connection: 'data from',
    message: 'message of another thread',
    body: 'its request body',
  }[kind]
  if (kind === 'compute') return target === '' ? 'thread pool' : `${target} in the thread pool`
  if (kind === 'connect' && target === '') return 'connecting'
  if ((kind === 'connection' || kind === 'addon') && target === '') return someNames[kind]
  return target === '' ? name : `${name} ${target}`
}

/**
 * What the name of a wait does not say: `HTTP, 26 times`; of sums over several requests, `HTTP, 2.6 a request`; and how
 * long any was open, if the request did not only wait then: `open 140 ms`.
 */
export function waitFacts({ kind, count: times, ms, waitingMs }: WaitSum, requests: number): string {
  const sort = kind === 'http' || kind === 'database' ? [waitNames[kind]] : []
  const more = ms <= ALIKE * waitingMs ? [] : [`open ${durationText(ms / requests)}`]
  if (requests > 1) return [...sort, `${meanText(times / requests)} a request`, ...more].join(', ')
  return [...sort, ...(times > 1 ? [`${timesText(times)} times`] : []), ...more].join(', ')
}

function meanText(mean: number): string {
  if (mean >= 10) return timesText(Math.round(mean))
  return mean < 0.05 ? 'under 0.1' : String(Math.round(mean * 10) / 10)
}

/** With a plus where there may have been more, which were not kept. */
function timesText(times: number): string {
  return `${count(times)}${times >= mostWaits ? '+' : ''}`
}

/** Several operations of a kind, for different things. */
const manyNames: Record<Wait['kind'], string> = {
  http: 'HTTP calls',
  database: 'database calls',
  timer: 'timers',
  file: 'file operations',
  dns: 'DNS lookups',
  connect: 'connections',
  compute: 'jobs in the thread pool',
  process: 'child processes',
  addon: 'jobs of native code',
  connection: 'arrivals of data',
  message: 'messages of other threads',
  body: 'request bodies',
}

/** An operation that is known by its kind alone. */
const someNames: Record<Wait['kind'], string> = {
  http: 'HTTP',
  database: 'the database',
  timer: 'a timer',
  file: 'the file system',
  dns: 'DNS',
  connect: 'a connection',
  compute: 'the thread pool',
  process: 'a child process',
  addon: 'native code',
  connection: 'data on a connection',
  message: 'a message of another thread',
  body: 'its request body',
}

/** What explains waiting time: operations for one thing, or those of one kind. */
export interface MainWait {
  /** As `GET http://prices`, `26 × timer 3 ms`, `12 file operations`. */
  readonly label: string
  /** How long any of them was open while the request did nothing but wait, milliseconds per request. */
  readonly ms: number
  /** Whether there were several, hardly any of which overlapped. */
  readonly oneByOne: boolean
}

/** Operations for one thing explain the waiting if they make up this share of all of their kind that does. */
const SHARE_OF_KIND = 0.5
const LONGEST_TARGET = 80

/** What `requests` waited for longest, of their sums (`sumWaits`) by target and by kind; undefined if for nothing known. */
export function mainWait(
  byTarget: readonly WaitSum[],
  byKind: readonly WaitSum[],
  requests = 1,
): MainWait | undefined {
  const [ofTarget, ofKind] = [longest(byTarget), longest(byKind)]
  if (ofTarget === undefined || ofKind === undefined || ofKind.waitingMs <= 0) return undefined
  const isOne = ofTarget.waitingMs >= SHARE_OF_KIND * ofKind.waitingMs
  const sum = isOne ? ofTarget : ofKind
  const count = Math.round(sum.count / requests)
  return {
    label: labelOf(isOne && sum.target !== '' ? shortened(waitName(sum)) : '', sum.kind, count),
    ms: sum.waitingMs / requests,
    oneByOne: count > 1 && sum.sumMs <= ALIKE * sum.ms,
  }
}

function labelOf(name: string, kind: Wait['kind'], times: number): string {
  if (times <= 1) return name || someNames[kind]
  return name === '' ? `${timesText(times)} ${manyNames[kind]}` : `${timesText(times)} × ${name}`
}

function longest(sums: readonly WaitSum[]): WaitSum | undefined {
  return sums.reduce<WaitSum | undefined>((a, b) => (a && a.waitingMs >= b.waitingMs ? a : b), undefined)
}

function shortened(text: string): string {
  return text.length > LONGEST_TARGET ? `${text.slice(0, LONGEST_TARGET - 1)}…` : text
}
