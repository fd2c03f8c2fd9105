import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { onPage } from './browser-page.ts'
import { serveDashboard } from './served.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const dashboard = serveDashboard(undefined, 300)

const name = 'GET /reports/:year'

/** Answers what became of a route since the run before. */
function tell(verdict: string, differenceMs = -3.9): void {
  const previous = { requests: 212, savedAt: new Date(Date.now() - 240_000).toISOString(), p50Ms: 90 }
  const own = { baseMs: 12.1, headMs: 12.1 + differenceMs, differenceMs, errorMs: 0.5, verdict }
  const body = { kept: true, routes: [{ route: name, requests: 40, first: 2, last: 37, previous, own }] }
  dashboard.server.answers.set('api/previous', { status: 200, body })
}

async function withRoutes(width: number, run: (page: Page) => Promise<void>): Promise<void> {
  await onPage(dashboard.open('', { viewport: { width, height: 740 } }), async ({ page }) => {
    await page.getByRole('link', { name }).first().waitFor()
    await run(page)
  })
}

describe('the mark of a route that changed since the run before', () => {
  test('says how much, in words too, and leads to the comparison', () => {
    tell('faster')
    return withRoutes(1280, async (page) => {
      const mark = page.locator('.routes .since-mark')
      await mark.waitFor()
      assert.equal(await mark.innerText(), '▼ −32.2 %')
      const words =
        /32\.2 % faster than in the previous run, 4 min ago: 8\.20 ms own CPU per request, was 12\.1 ms/
      assert.match((await mark.getAttribute('aria-label')) ?? '', words)
      assert.match((await mark.getAttribute('title')) ?? '', /Requests 2 to 37 of both runs/)
      await page.evaluate(axe)
      const found: AxeResults = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')
      assert.deepEqual(
        found.violations.map(({ id }) => id),
        [],
      )
      await mark.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Own CPU per request' }).waitFor()
      assert.match(page.url(), /base=baseline%3Dprevious%26route%3DGET\+\/reports\/:year&head=route%3DGET/)
      await page.goBack()
      await mark.waitFor()
    })
  })

  for (const width of [360, 1280]) {
    test(`moves nothing when it comes, and covers nothing, ${width} pixels wide`, () => {
      tell('unclear')
      return withRoutes(width, async (page) => {
        const places = () =>
          page
            .locator('.routes th, .routes td')
            .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().toJSON()))
        const before = await places()
        assert.equal(await page.locator('.since-mark').count(), 0, 'may be chance')
        tell('slower', 3.9)
        await page.reload()
        const mark = page.locator('.since-mark')
        await mark.waitFor()
        assert.equal((await mark.innerText()).trim(), width < 520 ? '▲' : '▲ +32.2 %')
        assert.deepEqual(await places(), before)
        const [of, label] = await Promise.all([
          mark.boundingBox(),
          page.getByRole('row').filter({ has: mark }).locator('.route-name').boundingBox(),
        ])
        assert.ok(label!.x + label!.width <= of!.x + 1, `${label!.x + label!.width} to ${of!.x}`)
      })
    })
  }

  test('a click beside it opens the route still', () => {
    tell('faster')
    return withRoutes(1280, async (page) => {
      await page.locator('.since-mark').waitFor()
      const row = page.getByRole('row').filter({ has: page.locator('.since-mark') })
      // The link of the row lies over its cells.
      await row.locator('td').nth(2).click({ force: true })
      await page.locator('.latency-panel').waitFor()
      assert.match(page.url(), /\?route=GET\+\/reports\/:year$/)
    })
  })

  test('it is asked for again while there is a run before, and not where there is none', () => {
    tell('faster')
    return withRoutes(1280, async (page) => {
      await page.locator('.since-mark').waitFor()
      tell('slower', 3.9)
      dashboard.server.addRequests(1, name)
      await page.getByText('▲ +32.2 %').waitFor()
      dashboard.server.answers.set('api/previous', { status: 200, body: { kept: true, routes: [] } })
      dashboard.server.addRequests(1, name)
      await page.locator('.since-mark').waitFor({ state: 'detached' })

      let asked = 0
      page.on('request', (request) => {
        if (request.url().includes('api/previous')) asked++
      })
      dashboard.server.addRequests(1, name)
      await page.waitForTimeout(6000)
      assert.equal(asked, 0)
    })
  })
})
