import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { launch, type Opened, openPage } from './browser-page.ts'
import { profileOf } from './fake-data.ts'
import { type FakeOptions, type FakeServer, startFakeServer } from './fake-server.ts'

/** A server made by hand, and a browser, from the first test of a file to its last. */
export interface Served {
  readonly server: FakeServer
  /** A page of its own, by the query of its address. */
  open(query: string, options?: BrowserContextOptions): Promise<Opened>
}

/** The dashboard for the tests of a file; profiles are of `stacks`, as `profileOf` reads them, where they are given. */
export function serveDashboard(stacks?: string, requests = 100): Served {
  let browser: Browser
  let server: FakeServer
  before(async () => {
    browser = await launch()
    server = await startFakeServer({ requests })
    if (stacks !== undefined) server.profileFor = () => profileOf('GET /products/:id', stacks, 12)
  })
  after(async () => {
    await browser.close()
    await server.close()
  })
  return {
    get server() {
      return server
    },
    open: (query, options) => openPage(browser, `${server.url}${query}`, options),
  }
}

/** `expected` are the complaints that the test provokes: the browser logs each failed answer. */
export type WithPage = (
  fake: FakeOptions,
  query: string,
  run: (opened: Opened, server: FakeServer) => Promise<void>,
  expected?: readonly RegExp[],
  options?: BrowserContextOptions,
) => Promise<void>

/** A page with a server of its own, for one test; no complaint of the browser may be left. */
export async function serveOnce(
  browser: Browser,
  ...[fake, query, run, expected = [], options]: Parameters<WithPage>
): Promise<void> {
  const server = await startFakeServer({ requests: 200, ...fake })
  const opened = await openPage(browser, `${server.url}${query}`, options)
  try {
    await run(opened, server)
    const surprises = opened.complaints().filter((text) => !expected.some((known) => known.test(text)))
    assert.deepEqual(surprises, [])
  } finally {
    await opened.page.context().close()
    await server.close()
  }
}
