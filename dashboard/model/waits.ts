import type { Wait } from '../../plugin/model/wire.ts'

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

/** What it waited for, in a few words: `GET http://prices/eur?day=`, `timer 50 ms`, `file system`. */
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

/** The one that took longest of a request's wall time; undefined when nothing is known. */
export function longestWait(
  waits: readonly Wait[],
  wallMs: number,
): (Wait & { readonly ms: number }) | undefined {
  let longest: (Wait & { readonly ms: number }) | undefined
  for (const wait of waits) {
    const ms = Math.min(wait.endUs / 1000, wallMs) - Math.max(0, wait.startUs / 1000)
    if (ms > (longest?.ms ?? 0)) longest = { ...wait, ms }
  }
  return longest
}
