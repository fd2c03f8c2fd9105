import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { openStatus, settled } from './browser-page.ts'
import { serveDashboard } from './served.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const dashboard = serveDashboard(undefined, 300)
interface Sight {
  readonly name: string
  readonly query: string
  readonly ready: string
  readonly prepare?: (page: Page) => Promise<unknown>
}

const route = '?route=GET+/reports/:year'
const aggregate = `${route}&function=aggregate@lib/report.ts:71:3`
const native = `${route}&all&function=sort@:0:0`

const compared = '?base=baseline%3Dbefore&head=route%3DGET+/reports/:year'

const sights: readonly Sight[] = [
  { name: 'routes', query: '', ready: '.routes tbody tr' },
  { name: 'routes, filtered to nothing', query: '?filter=nope', ready: '.empty-row' },
  { name: 'all routes together', query: '?together', ready: '.flame-box' },
  { name: 'work of no request', query: '?route=(no+request)', ready: '.flame-box' },
  { name: 'a route', query: route, ready: '.requests tbody tr' },
  { name: 'a route, zoomed and searched', query: `${route}&search=walk`, ready: '.flame-box', prepare: zoom },
  { name: 'a route, bottom-up', query: `${route}&inverted`, ready: '.flame-box' },
  { name: 'a route, as a table', query: `${route}&table`, ready: '.call-tree tbody tr' },
  { name: 'a function with its source', query: aggregate, ready: '.code-line .token-keyword' },
  { name: 'a function without a source', query: native, ready: '.source-panel .message' },
  { name: 'a comparison', query: compared, ready: '.changes tbody tr' },
  { name: 'a comparison of what is gone', query: '?base=route%3Dx&head=route%3Dy', ready: '.message' },
  { name: 'the choice of what to compare with', query: route, ready: '.baselines a', prepare: openCompare },
  { name: 'a request', query: '', ready: '.flame-box', prepare: openRequest },
  { name: 'a pinned request', query: '', ready: '[aria-pressed=true].pin-button', prepare: pinRequest },
  { name: 'a request, merged', query: '', ready: '.flame-box', prepare: mergeRequest },
  { name: 'a request that is gone', query: '?request=zzz', ready: '.message' },
  {
    name: 'the state of the profiler',
    query: '',
    ready: '#status',
    prepare: async (page) => void (await openStatus(page)),
  },
  { name: 'the keyboard map', query: '', ready: '.help', prepare: (page) => page.keyboard.press('?') },
  { name: 'the question before clearing', query: '', ready: '.dialog', prepare: askToClear },
]

for (const colorScheme of ['light', 'dark'] as const) {
  describe(`axe finds nothing, ${colorScheme}`, () => {
    for (const { name, query, ready, prepare } of sights) {
      test(name, async () => {
        const { page } = await dashboard.open(query, { colorScheme })
        try {
          await page.locator('main h1, main h2').first().waitFor()
          await prepare?.(page)
          await page.locator(ready).first().waitFor({ state: 'attached' })
          await settled(page)
          await page.waitForTimeout(300)
          assert.deepEqual(await violations(page), [])
        } finally {
          await page.context().close()
        }
      })
    }
  })
}

async function violations(page: Page): Promise<string[]> {
  // Put in by the debugger's hand: the page's own policy allows no foreign script.
  await page.evaluate(axe)
  const found: AxeResults = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

async function zoom(page: Page): Promise<void> {
  await page.locator('.flame-scroller').click({ position: { x: 300, y: 50 } })
}

async function mergeRequest(page: Page): Promise<void> {
  await openRequest(page)
  await page.getByRole('button', { name: 'Merged' }).click()
}

async function pinRequest(page: Page): Promise<void> {
  await openRequest(page)
  const pin = page.getByRole('button', { name: 'Pin', exact: true })
  // In the other theme it was pinned too, and stays so.
  if ((await pin.getAttribute('aria-pressed')) === 'false') await pin.click()
}

async function openRequest(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'GET /search' }).click()
  await page.locator('.requests tbody a').first().click()
  await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
}

async function openCompare(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
}

async function askToClear(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Clear' }).click()
}
