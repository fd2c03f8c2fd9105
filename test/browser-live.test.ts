import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, until } from './browser-page.ts'
import { serveOnce, type WithPage } from './served.ts'

const ROUTE = 'GET /reports/:year'

let browser: Browser
const withPage: WithPage = (...what) => serveOnce(browser, ...what)

before(async () => {
  browser = await launch()
})

after(() => browser.close())

test('routes that take longer to answer than requests to end are shown all the same', () =>
  withPage({}, '', async ({ page }, server) => {
    const shown = () => page.locator('.routes tbody tr').allInnerTexts()
    await page.locator('.routes tbody tr').first().waitFor()
    const before = await shown()
    server.answers.set('api/routes', { status: 0, body: undefined, delayMs: 1500 })
    const timer = setInterval(() => server.addRequests(1, ROUTE), 300)
    try {
      await until(async () => (await shown()).join() !== before.join(), 'other numbers')
    } finally {
      clearInterval(timer)
    }
  }))
