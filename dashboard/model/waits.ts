import { hasPage } from '../../plugin/model/labels.ts'
import { sum as total } from '../../plugin/model/sum.ts'
import { MOST_WAITS_PER_REQUEST, type Wait, type WaitSum } from '../../plugin/model/wire/waits.ts'
import { count, durationText } from './format.ts'

/** Times with a smaller ratio are alike: that operations overlap a bit, or end a bit before the request goes on, is chance. */
const ALIKE = 1.05

/** What waits of a kind are called. */
interface Words {
  readonly title: string
  /** One whose target is not known, and one with it. */
  readonly bare: string
  readonly withTarget: (target: string) => string
  /** Several for different things, and one that is known by its kind alone, in a sentence. */
  readonly many: string
  readonly some: string
}

/** What another request did that a request waited for. */
export const LET_ON = 'to let it go on'

const itself = (target: string) => target
const after = (lead: string) => (target: string) => `${lead} ${target}`

const words: Record<Wait['kind'], Words> = {
  http: { title: 'HTTP', bare: 'HTTP', withTarget: itself, many: 'HTTP calls', some: 'HTTP' },
  database: {
    title: 'Database',
    bare: 'Database',
    withTarget: itself,
    many: 'database calls',
    some: 'the database',
  },
  timer: { title: 'Timer', bare: 'timer', withTarget: after('timer'), many: 'timers', some: 'a timer' },
  file: {
    title: 'File system',
    bare: 'file system',
    withTarget: after('file system'),
    many: 'file operations',
    some: 'the file system',
  },
  dns: { title: 'DNS', bare: 'DNS', withTarget: after('DNS'), many: 'DNS lookups', some: 'DNS' },
  connect: {
    title: 'Connecting',
    bare: 'connecting',
    withTarget: after('connecting to'),
    many: 'connections',
    some: 'a connection',
  },
  compute: {
    title: 'Thread pool',
    bare: 'thread pool',
    withTarget: (target) => `${target} in the thread pool`,
    many: 'jobs in the thread pool',
    some: 'the thread pool',
  },
  process: {
    title: 'Process',
    bare: 'process',
    withTarget: after('process'),
    many: 'child processes',
    some: 'a child process',
  },
  addon: {
    title: 'Native code',
    bare: 'native code',
    withTarget: after('native code:'),
    many: 'jobs of native code',
    some: 'native code',
  },
  connection: {
    title: 'Data',
    bare: 'data on a connection',
    withTarget: after('data from'),
    many: 'arrivals of data',
    some: 'data on a connection',
  },
  message: {
    title: 'Message',
    bare: 'message of another thread',
    withTarget: after('message of another thread'),
    many: 'messages of other threads',
    some: 'a message of another thread',
  },
  body: {
    title: 'Request body',
    bare: 'its request body',
    withTarget: after('its request body'),
    many: 'request bodies',
    some: 'its request body',
  },
  request: {
    title: 'Another request',
    bare: `another request ${LET_ON}`,
    withTarget: (target) => `${target} ${LET_ON}`,
    many: `other requests ${LET_ON}`,
    some: `another request ${LET_ON}`,
  },
}

/** The route of the request that let it go on, if it has a page. */
export function waitRoute({ kind, target }: Pick<Wait, 'kind' | 'target'>): string | undefined {
  return kind === 'request' && target !== '' && hasPage(target) ? target : undefined
}

/** The kind of a wait, as a heading. */
export function waitTitle({ kind }: Pick<Wait, 'kind'>): string {
  return words[kind].title
}

/** What a request waited for, in a few words: `GET http://prices/eur?day=`, `timer 50 ms`, `file system`. */
export function waitName({ kind, target }: Pick<Wait, 'kind' | 'target'>): string {
  const { bare, withTarget } = words[kind]
  return target === '' ? bare : withTarget(target)
}

/**
 * What the name of a wait does not say: `HTTP, 26 times`; of sums over several requests, `HTTP, 2.6 a request`; and how
 * long any was open, if the request did not only wait then: `open 140 ms`.
 */
export function waitFacts({ kind, count, ms, waitingMs }: WaitSum, requests: number): string {
  const facts: string[] = []
  if (kind === 'http' || kind === 'database') facts.push(words[kind].title)
  if (requests > 1) facts.push(`${meanText(count / requests)} a request`)
  else if (count > 1) facts.push(`${timesText(count)} times`)
  if (ms > ALIKE * waitingMs) facts.push(`open ${durationText(ms / requests)}`)
  return facts.join(', ')
}

function meanText(mean: number): string {
  if (mean >= 10) return timesText(Math.round(mean))
  return mean < 0.05 ? 'under 0.1' : String(Math.round(mean * 10) / 10)
}

/** With a plus where there may have been more, which were not kept. */
function timesText(times: number): string {
  return `${count(times)}${times >= MOST_WAITS_PER_REQUEST ? '+' : ''}`
}

/** What explains waiting time: operations for one thing, or those of one kind. */
export interface MainWait {
  /** As `GET http://prices`, `26 × timer 3 ms`, `12 file operations`. */
  readonly label: string
  /** Of the requests that let it go on. */
  readonly route: string | undefined
  /** How long any of them was open while the request did nothing but wait, milliseconds per request. */
  readonly ms: number
  /** The same for all that has a name, at most: kinds may overlap. */
  readonly namedMs: number
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
    route: waitRoute(sum),
    ms: sum.waitingMs / requests,
    namedMs: total(byKind.map(({ waitingMs }) => waitingMs)) / requests,
    oneByOne: count > 1 && sum.sumMs <= ALIKE * sum.ms,
  }
}

function labelOf(name: string, kind: Wait['kind'], times: number): string {
  if (times <= 1) return name || words[kind].some
  return name === '' ? `${timesText(times)} ${words[kind].many}` : `${timesText(times)} × ${name}`
}

function longest(sums: readonly WaitSum[]): WaitSum | undefined {
  return sums.reduce<WaitSum | undefined>((a, b) => (a && a.waitingMs >= b.waitingMs ? a : b), undefined)
}

function shortened(text: string): string {
  return text.length > LONGEST_TARGET ? `${text.slice(0, LONGEST_TARGET - 1)}…` : text
}
