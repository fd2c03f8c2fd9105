import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { boxes, boxOf, launch } from './browser-page.ts'
import { serveOnce, type WithPage } from './served.ts'

let browser: Browser

before(async () => {
  browser = await launch()
})

after(() => browser.close())

describe('all routes together', () => {
  test('are a link above the list of routes, by keyboard too; Back leads to it', () =>
    withPage({}, '', async ({ page }) => {
      await page.getByRole('link', { name: 'All routes together' }).focus()
      await page.keyboard.press('Enter')
      await page.getByText('200 requests of 7 routes merged').waitFor()
      assert.match(page.url(), /\?together$/)
      assert.equal(await page.title(), 'All routes together · fastify-profiler')
      const all = await boxes(page)
      assert.ok(boxOf(all, 'getReport'), 'what one route runs')
      assert.ok(boxOf(all, 'search'), 'and what another')
      await page.goBack()
      await page.locator('.routes').waitFor()
    }))

  test('are told by the parts of one bar, which add up, and by their sums beside those of all requests', () =>
    withPage({}, '?together', async ({ page }) => {
      await page.locator('.origins').waitFor()
      const parts = page.locator('.origins-bar button')
      const widths = await parts.evaluateAll((list) => list.map((part) => part.getBoundingClientRect().width))
      const bar = (await page.locator('.origins-bar').boundingBox())!.width
      const sum = widths.reduce((a, b) => a + b, 0)
      assert.ok(sum > 0.95 * bar && sum <= bar + 1, `${sum} of ${bar}`)
      const numbers = await page.locator('.page-head .numbers dd').allInnerTexts()
      assert.equal(numbers[0], numbers[1], 'all are kept')
      assert.deepEqual(numbers.slice(2), ['200', '200'])
      // Not since the start: they may have been cleared.
      const names = await page.locator('.page-head .numbers dt').allInnerTexts()
      assert.deepEqual(names, ['kept', 'all', 'kept', 'all'])
      assert.match(await page.locator('.kept-note').innerText(), /kept requests of each route/)
    }))

  test('show one library alone, whichever route calls it; a link keeps that, and Back undoes it', () =>
    withPage({}, '?together', async ({ page }) => {
      await page.getByRole('button', { name: /^marked \d/ }).click()
      await page.getByText(/of which .* in marked/).waitFor()
      assert.match(page.url(), /\?together&only=npm:marked$/)
      assert.deepEqual((await functions(page)).sort(), [
        'blockTokens',
        'lex',
        'marked',
        'parse',
        'parseInline',
      ])
      await page.reload()
      await page.getByText(/of which .* in marked/).waitFor()
      const all = await boxes(page)
      assert.ok(boxOf(all, 'getReport') && boxOf(all, 'getArticle'), 'below the functions that called it')
      await page.goBack()
      await page.getByText(/of which .* in marked/).waitFor({ state: 'detached' })
    }))

  test('open a function with its source, and the way back leads here', () =>
    withPage({}, '?together', async ({ page }) => {
      await page.getByRole('button', { name: /^groupBy / }).click()
      await page.locator('.code-line .token-keyword').first().waitFor()
      await page.getByRole('navigation').getByRole('link', { name: 'All routes together' }).click()
      await page.locator('.flame-box').first().waitFor()
      assert.match(page.url(), /\?together$/)
    }))

  test('are brought up to date when asked to, whichever route the newer requests are of', () =>
    withPage({}, '?together', async ({ page }, server) => {
      await page.getByText('200 requests of 7 routes merged').waitFor()
      server.addRequests(3, 'GET /search')
      server.addRequests(2, 'POST /orders')
      await page.getByText('5 newer, update').click()
      await page.getByText('205 requests of 7 routes merged').waitFor()
      await page.getByText('5 newer, update').waitFor({ state: 'detached' })
    }))

  test('are taken away as files of all', () =>
    withPage({}, '?together', async ({ page }) => {
      await page.getByRole('button', { name: 'Export', exact: true }).click()
      const link = page.getByRole('link', { name: 'pprof' })
      assert.equal(await link.getAttribute('href'), 'api/profile?format=pprof')
    }))

  test('wait for the first request where there was none', () =>
    withPage({ requests: 0 }, '?together', async ({ page }, server) => {
      await page.getByText('Waiting for the first request').waitFor()
      server.addRequests(40, 'POST /orders')
      await page.getByText('40 requests merged').waitFor()
    }))

  test('of one route are no link, for its own page shows the same', () =>
    withPage({ requests: 0 }, '', async ({ page }, server) => {
      server.addRequests(40, 'POST /orders')
      await page.getByRole('link', { name: 'POST /orders' }).waitFor()
      assert.equal(await page.getByRole('link', { name: 'All routes together' }).count(), 0)
      server.addRequests(1, 'GET /search')
      await page.getByRole('link', { name: 'All routes together' }).waitFor()
    }))

  test('say so where the profile cannot be loaded', () =>
    withPage(
      { answers: new Map([['api/profile', onFire]]) },
      '?together',
      async ({ page, complaints }, server) => {
        await page.getByText('The profile could not be loaded').waitFor()
        server.answers.clear()
        await page.getByRole('button', { name: 'Try again' }).click()
        await page.getByText('200 requests of 7 routes merged').waitFor()
        assert.match(complaints().join(), /500/)
      },
    ))

  test('fit on a narrow page', () =>
    withPage({}, '?together', async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 740 })
      await boxes(page)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360)
    }))
})

const onFire = { status: 500, body: { message: 'the store is on fire' } }

const withPage: WithPage = (...what) => serveOnce(browser, ...what)

function functions(page: Page): Promise<string[]> {
  return page.getByRole('group', { name: 'Hot functions' }).locator('.function-name').allInnerTexts()
}
