import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { drawn, launch, type Opened, onPage, openPage, settled } from './browser-page.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'

let browser: Browser
let server: FakeServer

before(async () => {
  browser = await launch()
  server = await startFakeServer({ requests: 500 })
})

after(async () => {
  await browser.close()
  await server.close()
})

describe('the latency of a route', () => {
  test('has a dot for each request, higher the longer it took', () =>
    onRoute('', async ({ page }) => {
      const dots = await page
        .locator('.dot')
        .evaluateAll((all) => all.map((dot) => Number.parseFloat(dot.getAttribute('cy') ?? '')))
      assert.equal(dots.length, await keptOf(page))
      const rows = await page.locator('.bands tbody td:nth-child(2)').allInnerTexts()
      assert.equal(
        rows.reduce((sum, text) => sum + Number(text), 0),
        dots.length,
        'each is in one band',
      )
      const marks = await page.locator('.plot-name').allInnerTexts()
      assert.deepEqual(marks, ['p99', 'p95', 'p50'])
      const above = await heightOf(page.locator('.plot-name').first())
      const below = await heightOf(page.locator('.plot-name').last())
      assert.ok(above < below)
    }))

  test('chooses by the mouse; flame graph, functions and list follow, and Back and a link bring it back', () =>
    onRoute('', async ({ page }) => {
      const all = await lookingAt(page)
      await drag(page, { x: 0.2, y: 0.05 }, { x: 0.9, y: 0.6 })
      await page.waitForFunction(() => /wall=.+started=/.test(location.search))
      const [inside, kept] = await chosenOf(page)
      assert.ok(inside > 0 && inside < kept)
      await page.locator('.looking-at').getByText(`${inside} requests merged`).waitFor()
      assert.match(
        await page.locator('.requests').locator('..').locator('..').locator('..').innerText(),
        /of/,
      )
      assert.equal(await page.locator('.dot:not([data-out])').count(), inside)

      const url = page.url()
      await page.reload()
      await page.locator('.looking-at').getByText(`${inside} requests merged`).waitFor()
      assert.equal(page.url(), url)

      await page.goBack()
      await page.waitForFunction((text) => document.querySelector('.looking-at')?.textContent === text, all)
      assert.equal(await page.locator('.plot-brush').count(), 0)
    }))

  test('leaves open the axis that a straight drag does not follow', () =>
    onRoute('', async ({ page }) => {
      await drag(page, { x: 0.5, y: 0.1 }, { x: 0.5, y: 0.8 })
      await page.waitForFunction(() => location.search.includes('wall='))
      assert.equal(page.url().includes('started='), false)
      assert.ok((await chosenOf(page))[0] > 0)
      await page.keyboard.press('Escape')
      await drag(page, { x: 0.3, y: 0.5 }, { x: 0.7, y: 0.5 })
      await page.waitForFunction(() => location.search.includes('started='))
      assert.equal(page.url().includes('wall='), false)
    }))

  test('a drag that ends outside has ended', () =>
    onRoute('', async ({ page }) => {
      const area = (await page.locator('.plot-area').boundingBox()) ?? assert.fail()
      const [x, y] = [area.x + area.width / 2, area.y + 2]
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x, y - 40)
      await page.mouse.up()
      await settled(page)
      const brushes = await page.locator('.plot-brush').count()
      await page.mouse.move(x + 20, y + 30)
      await page.mouse.move(x + 150, y + 80, { steps: 5 })
      await settled(page)
      assert.equal(await page.locator('.plot-brush').count(), brushes)
    }))

  test('bounds that were moved by key are those of the page they were moved on', () =>
    onRoute('', async ({ page }) => {
      await page.getByRole('slider', { name: 'Shortest wall time' }).focus()
      await page.keyboard.press('ArrowUp')
      await page.evaluate(() => {
        history.pushState(null, '', '?route=GET+/reports/:year')
        dispatchEvent(new PopStateEvent('popstate'))
      })
      await page.locator('h1', { hasText: '/reports/:year' }).waitFor()
      await page.waitForTimeout(500)
      assert.equal(new URL(page.url()).search, '?route=GET+/reports/:year')
      assert.equal(await page.locator('.plot-brush').count(), 0)
    }))

  test('a click beside the dots, Escape and the button choose all again', () =>
    onRoute('&wall=60_', async ({ page }) => {
      const cleared = () => page.waitForFunction(() => !location.search.includes('wall='))
      await page.locator('.latency-selected').getByRole('button', { name: 'All requests' }).click()
      await cleared()
      await page.goBack()
      await page.locator('.plot-brush').waitFor()
      await page.locator('.looking-at').getByRole('button', { name: 'All requests' }).click()
      await cleared()
      await page.goBack()
      await page.locator('.plot-brush').waitFor()
      await page.getByRole('slider', { name: 'First start' }).focus()
      await page.keyboard.press('Escape')
      await cleared()
    }))

  test('chooses by the keyboard, one request at a step', () =>
    onRoute('', async ({ page }) => {
      const kept = await keptOf(page)
      const shortest = page.getByRole('slider', { name: 'Shortest wall time' })
      assert.equal(await shortest.getAttribute('aria-valuetext'), 'any')
      await shortest.focus()
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('PageUp')
      await page.waitForFunction(() => location.search.includes('wall='))
      assert.deepEqual(await chosenOf(page), [kept - 12, kept])
      assert.match((await shortest.getAttribute('aria-valuetext')) ?? '', /ms$/)
      await page.getByRole('slider', { name: 'Last start' }).focus()
      await page.keyboard.press('ArrowLeft')
      await page.waitForFunction(() => location.search.includes('started='))
      const [inside] = await chosenOf(page)
      assert.ok(inside === kept - 13 || inside === kept - 12, String(inside))
      await page.locator('.looking-at').getByText(`${inside} requests merged`).waitFor()
    }))

  test('chooses the slow ones by a row of the bands, and lets them go again', () =>
    onRoute('', async ({ page }) => {
      const row = page.getByRole('button', { name: 'p50 to p95' })
      const requests = Number(await row.locator('../..').locator('td').first().innerText())
      await row.click()
      await page.locator('.looking-at').getByText(`${requests} requests merged`).waitFor()
      assert.equal(await row.getAttribute('aria-pressed'), 'true')
      await row.click()
      await page.locator('.latency-selected').waitFor({ state: 'detached' })
    }))

  test('tells which request a dot is, and a click opens it', () =>
    onRoute('', async ({ page }) => {
      const { x, y, width, height } = (await page.locator('.dot').nth(5).boundingBox()) ?? assert.fail()
      await page.mouse.move(x + width / 2, y + height / 2)
      await page.locator('.tooltip').waitFor()
      assert.match(await page.locator('.tooltip').innerText(), /GET \/search[\s\S]*Wall time[\s\S]*Own CPU/)
      await page.mouse.down()
      await page.mouse.up()
      await page.locator('.time-line, .time').first().waitFor()
      assert.match(page.url(), /request=/)
    }))

  test('opens what it marks, also by a click beside the dot, whatever is chosen', () =>
    onRoute('&wall=0_60000', async ({ page }) => {
      const { x, y, width, height } = (await page.locator('.dot').nth(5).boundingBox()) ?? assert.fail()
      await page.mouse.move(x + width / 2, y + height / 2)
      await page.locator('.plot-link').waitFor()
      const marked = await page.locator('.plot-link').getAttribute('href')
      // Away from other dots, which would be nearer.
      for (const [dx, dy] of [
        [0, 10],
        [0, -10],
        [10, 0],
        [-10, 0],
      ]) {
        await page.mouse.move(x + width / 2 + dx, y + height / 2 + dy)
        await drawn(page)
        const now = await page.locator('.plot-link').getAttribute('href')
        if (now !== marked) continue
        await page.mouse.down()
        await page.mouse.up()
        await page.locator('.time-line, .time').first().waitFor()
        assert.ok(page.url().endsWith(marked!.slice(1)), page.url())
        return
      }
      assert.fail('no place beside the dot belongs to it')
    }))

  test('the answer above stays where it is and says the same when some are chosen', () =>
    onRoute('', async ({ page }) => {
      const answer = page.locator('.time-panel')
      const before = [await answer.innerText(), (await answer.boundingBox())?.height]
      await page.getByRole('button', { name: 'p50 to p95' }).click()
      await page.locator('.latency-selected').waitFor()
      await page.locator('.looking-at').getByText('requests merged').waitFor()
      assert.deepEqual([await answer.innerText(), (await answer.boundingBox())?.height], before)
    }))

  test('stands still while somebody is at it, and takes what arrived afterwards', () =>
    onRoute('', async ({ page }) => {
      const kept = await keptOf(page)
      await page.locator('.plot-area').hover()
      server.addRequests(3, 'GET /search')
      await page.locator('.looking-at').getByText('3 newer, update').waitFor()
      assert.equal(await page.locator('.dot').count(), kept)
      await page.mouse.move(5, 5)
      await page.waitForFunction((n) => document.querySelectorAll('.dot').length === n, kept + 3)
    }))

  test('says when nothing is in what is chosen, and leads back', () =>
    onRoute('&wall=1000000_', async ({ page }) => {
      await page.getByText('No kept request matches').waitFor()
      assert.match(await page.locator('main').innerText(), /0 of \d+ kept requests: 16 min 40 s or longer/)
      await page.locator('.message').getByRole('button', { name: 'All requests' }).click()
      await page.locator('.flame-box').first().waitFor({ state: 'attached' })
    }))
})

async function onRoute(query: string, run: (opened: Opened) => Promise<void>): Promise<void> {
  await onPage(openPage(browser, `${server.url}?route=GET+/search${query}`), async (opened) => {
    await opened.page.locator('.dot').first().waitFor({ state: 'attached' })
    await opened.page.locator('.bands').waitFor()
    await run(opened)
  })
}

/** Points as shares of the plot, from the left and from the top. */
async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  const area = (await page.locator('.plot-area').boundingBox()) ?? assert.fail()
  const move = (point: { x: number; y: number }, steps: number) =>
    page.mouse.move(area.x + point.x * area.width, area.y + point.y * area.height, { steps })
  await move(from, 1)
  await page.mouse.down()
  await move(to, 4)
  await page.mouse.up()
}

function lookingAt(page: Page): Promise<string | null> {
  return page.locator('.looking-at').textContent()
}

async function keptOf(page: Page): Promise<number> {
  return Number.parseInt(await page.locator('.latency-panel .panel-head p').innerText(), 10)
}

/** How many are chosen, of how many. */
async function chosenOf(page: Page): Promise<number[]> {
  const text = await page.locator('.latency-selected').innerText()
  const [, inside, kept] = /^(\d+) of (\d+) kept/.exec(text) ?? assert.fail(text)
  return [Number(inside), Number(kept)]
}

async function heightOf(locator: Locator): Promise<number> {
  return (await locator.boundingBox())?.y ?? assert.fail()
}
