import type { Browser } from 'playwright-core'
import { ask, heard, startChild } from '../children.ts'
import type { Cpu } from '../measure.ts'
import { watch } from './observe.ts'

/** What an open page costs while requests come in. */
export interface LivePage {
  readonly page: string
  readonly requestsPerSecond: number
  /** Percentage of a core that the page's main thread takes while the page is open. */
  readonly tabPercent: number
  /** CPU of the server, over all threads, for one of the answers that the page asks for once a second. */
  readonly serverUsPerPoll: number
}

const SECONDS = 10
const REQUESTS_PER_SECOND = 50
const POLLS = 200

/** Measures a real server that records, and a page of it that is open and that nobody touches. */
export async function live(browser: Browser): Promise<LivePage[]> {
  const client = startChild('client')
  const server = startChild('server', { args: ['recording'] })
  try {
    const { port } = await heard<{ port: number }>(server)
    const load = { port, path: '/json', requests: REQUESTS_PER_SECOND, connections: 5 }
    for (let i = 0; i < 10; i++) await ask(client, load)
    const results: LivePage[] = []
    for (const [page, query, shown] of [
      ['routes', '', '.routes tbody tr'],
      ['route', '?route=GET+/json', '.requests tbody tr'],
    ]) {
      const root = `http://127.0.0.1:${port}/__profile/`
      const watched = await watch(browser, root + query, shown)
      const busyMs = await watched.busy(async () => {
        for (let second = 0; second < SECONDS; second++) {
          const pause = watched.page.waitForTimeout(1000)
          await ask(client, load)
          await pause
        }
      })
      await watched.close()
      const before = await ask<Cpu>(server, 'cpu')
      for (let i = 0; i < POLLS; i++) await (await fetch(`${root}api/routes`)).text()
      const after = await ask<Cpu>(server, 'cpu')
      results.push({
        page,
        requestsPerSecond: REQUESTS_PER_SECOND,
        tabPercent: busyMs / SECONDS / 10,
        serverUsPerPoll: (after.allUs - before.allUs) / POLLS,
      })
    }
    return results
  } finally {
    client.kill('SIGKILL')
    server.kill('SIGKILL')
  }
}
