import { ask, heard, startChild } from './children.ts'
import { naive } from './others.ts'
import type { OverlapAnswer } from './overlap-server.ts'

export interface Overlap {
  readonly subject: string
  readonly requests: number
  /** The most requests in flight, and the most V8 profiles running, at a time. */
  readonly mostOpen?: number
  readonly mostProfiles?: number
  /** How the process ended, if it did. */
  readonly died?: string
  readonly pass: boolean
}

const REQUESTS = 500
const MOST_PROFILES = 2

/** Has many requests in flight at once, on a server with the profiler and on one with a profile per request. */
export async function overlap(): Promise<Overlap[]> {
  const subjects = naive.missing?.() === undefined ? ['recording', 'a profile per request'] : ['recording']
  const results: Overlap[] = []
  for (const subject of subjects) results.push(await together(subject))
  return results
}

async function together(subject: string): Promise<Overlap> {
  const client = startChild('client')
  const server = startChild('overlap-server', { args: [subject, String(REQUESTS)] })
  try {
    const { port } = await heard<{ port: number }>(server)
    const job = { port, path: '/', requests: REQUESTS, connections: REQUESTS }
    await Promise.race([ask(client, job), heard(server)])
    const { mostOpen, mostProfiles } = await ask<OverlapAnswer>(server, 'most')
    const pass = mostOpen === REQUESTS && mostProfiles >= 1 && mostProfiles <= MOST_PROFILES
    return { subject, requests: REQUESTS, mostOpen, mostProfiles, pass }
  } catch (error) {
    return { subject, requests: REQUESTS, died: (error as Error).message, pass: false }
  } finally {
    for (const child of [client, server]) child.kill('SIGKILL')
  }
}
