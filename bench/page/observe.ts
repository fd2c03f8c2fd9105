import type { Browser, CDPSession, Page } from 'playwright-core'

/** What it took to open a page, until nothing moved any more. */
export interface OpenCost {
  /** CPU time of the page's main thread, milliseconds: what else runs on the machine does not count. */
  readonly busyMs: number
  readonly scriptMs: number
  /** JavaScript heap after a collection, megabytes. */
  readonly heapMb: number
  readonly domNodes: number
}

export interface Watched {
  readonly page: Page
  readonly cost: OpenCost
  /** Script time of one step until all that it set off is done, milliseconds. */
  step(act: (page: Page) => Promise<void>): Promise<number>
  /** CPU time of the page's main thread until `meanwhile` is done, milliseconds. */
  busy(meanwhile: () => Promise<void>): Promise<number>
  close(): Promise<void>
}

/** The page has come to rest when it was quiet at this many looks in a row. */
const QUIET_LOOKS = 4
const LOOK_MS = 250
/** A page at rest is busy for less than this between two looks. */
const IDLE_MS = 8

/** Opens a page, and waits until it shows what `shown` selects and comes to rest. */
export async function watch(browser: Browser, url: string, shown: string): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  page.setDefaultTimeout(300_000)
  const cdp = await context.newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const before = await metrics(cdp)
  await page.goto(url, { timeout: 300_000 })
  await page.locator(shown).first().waitFor({ state: 'attached' })
  const idle = await rest(page, cdp)
  await cdp.send('HeapProfiler.collectGarbage')
  const { JSHeapUsedSize, Nodes } = await metrics(cdp)
  return {
    page,
    cost: {
      busyMs: (idle.TaskDuration - before.TaskDuration) * 1000,
      scriptMs: (idle.ScriptDuration - before.ScriptDuration) * 1000,
      heapMb: JSHeapUsedSize / 2 ** 20,
      domNodes: Nodes,
    },
    async step(act) {
      const { ScriptDuration } = await metrics(cdp)
      await act(page)
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      )
      return ((await metrics(cdp)).ScriptDuration - ScriptDuration) * 1000
    },
    async busy(meanwhile) {
      const { TaskDuration } = await metrics(cdp)
      await meanwhile()
      return ((await metrics(cdp)).TaskDuration - TaskDuration) * 1000
    },
    close: () => context.close(),
  }
}

type Metrics = Record<'TaskDuration' | 'ScriptDuration' | 'JSHeapUsedSize' | 'Nodes', number>

async function metrics(cdp: CDPSession): Promise<Metrics> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value])) as Metrics
}

/** The metrics as they were when the page came to rest. */
async function rest(page: Page, cdp: CDPSession): Promise<Metrics> {
  let last = await metrics(cdp)
  for (let quiet = 0, since = last; ; ) {
    await page.waitForTimeout(LOOK_MS)
    const now = await metrics(cdp)
    const busyMs = (now.TaskDuration - last.TaskDuration) * 1000
    if (busyMs > IDLE_MS) {
      quiet = 0
      since = now
    } else if (++quiet === QUIET_LOOKS) return since
    last = now
  }
}
