import type { Slice, Wait } from '../../plugin/model/wire.ts'

export const waitNames: Record<Wait['kind'], string> = {
  http: 'HTTP',
  database: 'Database',
  timer: 'Timer',
  file: 'File system',
  dns: 'DNS',
  connect: 'Connecting',
  compute: 'Thread pool',
  process: 'Process',
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
  }[kind]
  if (kind === 'compute') return target === '' ? 'thread pool' : `${target} in the thread pool`
  if (kind === 'connect' && target === '') return 'connecting'
  return target === '' ? name : `${name} ${target}`
}

/**
 * The wait that was open longest while the request was waiting, not while others held the loop or it ran itself.
 * Undefined if there was none.
 */
export function longestWait(
  waits: readonly Wait[],
  slices: readonly Slice[],
): (Wait & { readonly ms: number }) | undefined {
  const waiting = slices.filter(({ kind }) => kind === 'waiting')
  let longest: (Wait & { readonly ms: number }) | undefined
  for (const wait of waits) {
    const overlap = (slice: Slice) =>
      Math.max(0, Math.min(wait.endUs, slice.endUs) - Math.max(wait.startUs, slice.startUs))
    const ms = waiting.reduce((us, slice) => us + overlap(slice), 0) / 1000
    if (ms > (longest?.ms ?? 0)) longest = { ...wait, ms }
  }
  return longest
}

export interface WaitRow {
  readonly kind: Wait['kind']
  readonly name: string
  readonly count: number
  readonly longestMs: number
  /** Sum of all of them; they may have overlapped. */
  readonly totalMs: number
}

/** The waits grouped by what they were for, the longest first. Each counts up to the end of the request. */
export function waitRows(waits: readonly Wait[], wallMs: number): WaitRow[] {
  const rows = new Map<string, WaitRow>()
  for (const wait of waits) {
    const ms = Math.max(0, Math.min(wait.endUs / 1000, wallMs) - Math.max(0, wait.startUs / 1000))
    const name = waitName(wait)
    const key = `${wait.kind} ${name}`
    const { count, longestMs, totalMs } = rows.get(key) ?? { count: 0, longestMs: 0, totalMs: 0 }
    rows.set(key, {
      kind: wait.kind,
      name,
      count: count + 1,
      longestMs: Math.max(longestMs, ms),
      totalMs: totalMs + ms,
    })
  }
  return [...rows.values()].sort((a, b) => b.longestMs - a.longestMs)
}
