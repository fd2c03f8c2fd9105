import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { onPage, until } from './browser-page.ts'
import { serveDashboard } from './served.ts'

const dashboard = serveDashboard(undefined, 600)
const windows = { wide: { width: 1280, height: 700 }, narrow: { width: 360, height: 600 } }

describe('Back leads to the place that a link led away from', () => {
  for (const [name, viewport] of Object.entries(windows)) {
    test(`from a request to its row in the list, ${name}`, () =>
      withPage('?route=GET+/search', viewport, async (page) => {
        const list = page.getByRole('group', { name: 'Requests' })
        await list.locator('tbody tr').first().waitFor()
        await list.scrollIntoViewIfNeeded()
        await list.evaluate((scroller) => scroller.scrollTo(0, 900))
        const href = await list.locator('tbody tr[aria-rowindex="33"] a').getAttribute('href')
        const row = list.locator(`a[href="${href}"]`)
        await row.hover()
        const before = await places(page)
        assert.ok(before.page > 0 && before.list! > 100, JSON.stringify(before))
        await row.click()
        await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
        assert.equal((await places(page)).page, 0, 'a new page begins at its top')

        await page.goBack()
        await until(async () => (await focused(page)) === href, `the focus is on ${href}`)
        assert.deepEqual(await places(page), before)
        // And the keyboard goes on from there.
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
      }))
  }

  test('from a route to its row among the routes', () =>
    withPage('?route=GET+/search', { width: 1280, height: 300 }, async (page) => {
      await page.getByRole('group', { name: 'Requests' }).waitFor()
      await page.getByLabel('fastify-profiler, all routes').click()
      const link = page.locator('.routes tbody tr:last-child a')
      await link.scrollIntoViewIfNeeded()
      const href = await link.getAttribute('href')
      const before = (await places(page)).page
      assert.ok(before > 0)
      await link.click()
      await page.locator('#requests-title').waitFor()
      await page.goBack()
      await until(async () => (await focused(page)) === href, `the focus is on ${href}`)
      assert.equal((await places(page)).page, before)
    }))

  // What brings the user back is loaded with the first screen.
  for (const [when, isReloaded] of [
    ['a link that was followed before its screen was loaded', false],
    ['a page that is shown before its screen is loaded', true],
  ] as const) {
    test(`from ${when}`, () =>
      withPage(isReloaded ? '?route=GET+/search' : '', { width: 1280, height: 300 }, async (page) => {
        const link = page.locator(isReloaded ? '.requests tbody a' : '.routes tbody tr:last-child a').first()
        await link.waitFor()
        await link.scrollIntoViewIfNeeded()
        // Waits until nothing moves. Elsewhere it would load the screen before its time.
        if (isReloaded) await link.hover()
        const href = await link.getAttribute('href')
        const before = (await places(page)).page
        assert.ok(before > 0)
        if (isReloaded) {
          await link.click()
          await page.getByLabel('fastify-profiler, all routes').click()
          await page.reload()
          await page.locator('.routes tbody tr').first().waitFor()
          await page.evaluate(() => history.go(-2))
        } else {
          // Without pointing at it before, which loads the screen.
          await link.evaluate((element: HTMLElement) => element.click())
          await page.locator('#requests-title').waitFor()
          await page.goBack()
        }
        await until(async () => (await focused(page)) === href, `the focus is on ${href}`)
        assert.equal((await places(page)).page, before)
      }))
  }

  test('not against a user who scrolls meanwhile', () =>
    withPage('?route=GET+/search', windows.wide, async (page) => {
      const list = page.getByRole('group', { name: 'Requests' })
      await list.locator('tbody tr').first().waitFor()
      await list.scrollIntoViewIfNeeded()
      await list.locator('tbody a').first().click()
      await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
      // The row is gone meanwhile, and is waited for.
      const requests = dashboard.server.ofRoute('GET /search').slice(0, 30)
      dashboard.server.answers.set('api/requests', { status: 200, body: { requests, cursor: null } })
      await page.goBack()
      await list.locator('tbody tr').first().waitFor()
      await page.mouse.move(600, 300)
      await page.mouse.wheel(0, -5000)
      await until(async () => (await places(page)).page === 0, 'the page is scrolled to its top')
      await page.evaluate(() => document.querySelector('main')!.append(document.createElement('p')))
      assert.equal((await places(page)).page, 0)
    }))
})

/** How far the page and its list of requests are scrolled. */
function places(page: Page): Promise<{ page: number; list: number | undefined }> {
  return page.evaluate(() => ({
    page: scrollY,
    list: document.querySelector('[aria-label=Requests].rows-scroller')?.scrollTop,
  }))
}

/** Where the link that has the focus leads. */
function focused(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement!.getAttribute('href'))
}

async function withPage(
  query: string,
  viewport: { width: number; height: number },
  run: (page: Page) => Promise<void>,
): Promise<void> {
  await onPage(dashboard.open(query, { viewport }), ({ page }) => run(page))
}
