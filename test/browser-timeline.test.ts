import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { RequestDetail } from '../plugin/model/wire/requests.ts'
import { launch, type Opened, onPage, openPage, until } from './browser-page.ts'
import { onlyBlocked } from './fake-blame.ts'
import { emptyRoute, frameOf } from './fake-data.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'

let browser: Browser
let server: FakeServer

before(async () => {
  browser = await launch()
  server = await startFakeServer({ requests: 400 })
  const waits = Array.from({ length: 11 }, (_, i) => ({ ...request.waits[1], target: `host${i}` }))
  server.answers.set('api/requests/waits', { status: 200, body: { ...request, id: 'waits', waits } })
  server.answers.set('api/requests/many', { status: 200, body: many })
})

after(async () => {
  await browser.close()
  await server.close()
})

const request: RequestDetail = {
  ...{ id: 'zz1', route: 'GET /search', method: 'GET', url: '/search?q=', statusCode: 200 },
  ...{ startedAt: '2026-03-04T09:12:44.000Z', outcome: 'completed', pinned: false, samples: 8, afterMs: 0 },
  ...{ wallMs: 100, ownMs: 10, blockedMs: 60, gcMs: 5, waitingMs: 25, queuedMs: 30 },
  queueKnown: true,
  queuedBehind: [{ route: 'GET /reports/:year', ms: 28 }],
  blockedBy: [
    { route: 'GET /reports/:year', ms: 55 },
    { route: '(no request)', ms: 5 },
  ],
  slices: [
    { startUs: 0, endUs: 10_000, kind: 'own' },
    { startUs: 10_000, endUs: 35_000, kind: 'waiting' },
    { startUs: 35_000, endUs: 90_000, kind: 'blocked', route: 'GET /reports/:year' },
    { startUs: 90_000, endUs: 95_000, kind: 'blocked', route: '(no request)' },
    { startUs: 95_000, endUs: 100_000, kind: 'gc' },
  ],
  phases: [
    { name: 'onRequest', includes: [], startUs: 0, endUs: 5000, wallMs: 5, ownMs: 5 },
    { name: 'handler', includes: ['onSend'], startUs: 5000, endUs: 100_000, wallMs: 95, ownMs: 5 },
  ],
  waits: [
    { kind: 'http', target: 'GET http://prices/<b>?day=', startUs: 10_000, endUs: 35_000 },
    { kind: 'dns', target: 'prices', startUs: 10_000, endUs: 20_000 },
    { kind: 'timer', target: '5 ms', startUs: 40_000, endUs: 45_000 },
  ],
}

const kinds = ['own', 'waiting', 'gc', 'waiting'] as const
const many: RequestDetail = {
  ...{ ...request, id: 'many', blockedBy: [], phases: [], waits: [] },
  slices: Array.from({ length: 700 }, (_, i) => ({
    ...{ startUs: i * 140, endUs: (i + 1) * 140, kind: kinds[i % kinds.length] },
  })),
}

describe('a request', () => {
  test('that may have queued longer than it took says so where it says why it took long, unless that is not known', () =>
    withRequest(async ({ page }) => {
      const long = { ...request, queuedMs: 300, queuedBehind: [{ route: 'GET /search', ms: 280 }] }
      const show = async (body: RequestDetail) => {
        server.answers.set('api/requests/zz1', { status: 200, body })
        await page.reload()
        await page.locator('.time-box').first().waitFor()
      }
      await show(long)
      assert.match(
        await page.locator('.answer').nth(1).innerText(),
        /^At most 300 ms queued .* for 280 ms of it with other requests of the same route\. Not part/,
      )
      assert.equal(await page.locator('.time-queue').innerText(), '≤ 300 ms')
      await show({ ...long, queueKnown: false, queuedBehind: [] })
      assert.match(
        await page.locator('.time-note').innerText(),
        /^How long it queued .* is not known: .* busy for 300 ms without a break\./,
      )
      assert.equal(await page.locator('.answer').count(), 1)
      assert.equal(await page.locator('.time-queue').count(), 0)
    }))

  test('is answered in a sentence that leads to the culprit, and in a sum that adds up', () =>
    withRequest(async ({ page }) => {
      assert.equal(
        await page.locator('.answer').innerText(),
        'This request took 100 ms: 60.0 % of it waiting while others held the event loop, mostly GET /reports/:year, and 25.0 % waiting for GET http://prices/<b>?day=.',
      )
      const sum = await page.locator('.split-sum dd').allInnerTexts()
      assert.deepEqual(
        sum.map((text) => Number.parseFloat(text)),
        [10, 60, 5, 25, 100],
      )
      assert.match(
        await page.locator('.time-note').innerText(),
        /^At most 30\.0 ms queued before onRequest: .*, for 28\.0 ms of it with GET \/reports\/:year\. /,
      )
      await page.locator('.answer a').click()
      await page.waitForFunction(() => location.search === '?route=GET+/reports/:year')
    }))

  test('has its slices to scale, phases above and waits below, and none covers another in its lane', () =>
    withRequest(async ({ page }) => {
      const lanes = await boxesOf(page)
      assert.deepEqual(
        lanes.map((lane) => lane.map(({ name }) => name)),
        [
          ['onRequest', 'handler'],
          [
            'Own CPU',
            'Waiting',
            'Held by GET /reports/:year',
            'Work outside of requests',
            'GC: Garbage collection',
          ],
          ['GET http://prices/<b>?day=', 'timer 5 ms'],
          ['DNS prices'],
        ],
      )
      const { x, width } = await page
        .locator('.time-loop .time-lane')
        .evaluate((lane) => lane.getBoundingClientRect())
      for (const [i, { startUs, endUs }] of request.slices.entries()) {
        const box = lanes[1][i]
        assert.ok(Math.abs(box.x - x - (startUs / 100_000) * width) < 1, `${box.name} starts in place`)
        assert.ok(
          Math.abs(box.width - ((endUs - startUs) / 100_000) * width) < 1,
          `${box.name} is as wide as long`,
        )
      }
      for (const [i, lane] of lanes.entries()) {
        if (i > 0) assert.ok(lane[0].y > lanes[i - 1][0].y)
        for (let j = 1; j < lane.length; j++) assert.ok(lane[j].x >= lane[j - 1].x + lane[j - 1].width - 0.5)
      }
      const queue = await page.locator('.time-queue').evaluate((one) => one.getBoundingClientRect().right)
      assert.ok(queue <= x, 'queueing stands before 0')
    }))

  test('tells numbers to whoever points, and to the keyboard', () =>
    withRequest(async ({ page }) => {
      await page.locator('.time-loop .part-blocked').first().hover()
      assert.match(
        await page.locator('.tooltip').innerText(),
        /Held by GET \/reports\/:year[\s\S]*55\.0 ms, 55\.0 % of the wall time[\s\S]*35\.00 ms to 90\.00 ms/,
      )
      await page.mouse.move(2, 2)
      await page.locator('.tooltip').waitFor({ state: 'detached' })

      await page.locator('.time [tabindex="0"]').focus()
      const focused = () =>
        page.evaluate(() => document.activeElement?.getAttribute('aria-label')?.split(':')[0])
      assert.equal(await focused(), 'Own CPU')
      await page.keyboard.press('ArrowUp')
      assert.equal(await focused(), 'onRequest')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowDown')
      assert.match((await focused()) ?? '', /^GET http/)
      assert.match(await page.locator('.tooltip').innerText(), /HTTP[\s\S]*25\.0 ms/)
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('ArrowRight')
      assert.match((await focused()) ?? '', /^Held by GET \/reports\/$|^Held by GET/)
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => location.search === '?route=GET+/reports/:year')
    }))

  test('keeps a stop for the Tab key, and the focus, where the last of many boxes goes with the zoom', () =>
    withPage('?request=many&range=0_0.3', async (opened) => {
      const { page } = opened
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-at'))
      await page.locator('.time-box').last().focus()
      const before = await focused()
      await page.keyboard.press('Escape')
      await page.waitForFunction(() => !location.search.includes('range'))
      await until(async () => (await focused()) !== before, 'another box has the focus')
      assert.match((await focused()) ?? '', /^0 \d+$/)
      assert.equal(await page.locator('.time-box[tabindex="0"]:focus').count(), 1)
      await page.keyboard.press('Home')
      await page.keyboard.press('Space')
      await page.waitForFunction(() => location.search.includes('range=0_0.'))
      // There is no profile of it.
      opened.complaints()
    }))

  test('shows the lanes that are left out when asked to, and the focus goes to the first of them', () => {
    const waits = Array.from({ length: 7 }, (_, i) => ({ ...request.waits[0], target: `host${i}` }))
    server.answers.set('api/requests/lanes', { status: 200, body: { ...request, id: 'lanes', waits } })
    return withPage('?request=lanes', async (opened) => {
      const { page } = opened
      await page.getByRole('button', { name: 'Show 1 more lane', exact: true }).focus()
      await page.keyboard.press('Enter')
      await page.locator('[data-at="8 0"]:focus').waitFor()
      assert.match((await page.locator(':focus').getAttribute('aria-label')) ?? '', /^host6: /)
      // There is no profile of it.
      opened.complaints()
    })
  })

  test('fits a phone', () =>
    withRequest(
      async ({ page }) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth)
        assert.ok(wide <= 390, `${wide}`)
      },
      { viewport: { width: 390, height: 844 } },
    ))
})

describe('lists', () => {
  test('of what a request waited for say how many are left out', () =>
    withPage('?request=waits', async (opened) => {
      const list = opened.page.locator('.time-list', { hasText: 'Waited for' })
      await list.waitFor()
      const rows = await list.locator('tbody tr').allInnerTexts()
      assert.equal(rows.length, 9)
      assert.equal(rows[8], '3 more')
      // There is no profile of it.
      opened.complaints()
    }))

  test('of what a request waited for tell the part in which it only waited, as the sum does', () =>
    withRequest(async ({ page }) => {
      const list = page.locator('.time-list', { hasText: 'Waited for' })
      const rows = await list.locator('tbody tr').allInnerTexts()
      assert.match(rows[0], /prices.*HTTP\s+25\.0 ms 25\.0 %/)
      assert.match(rows[1], /DNS prices\s+10\.0 ms 10\.0 %/)
      // Others held the event loop all the while.
      assert.deepEqual(rows.slice(2), ['Open only while something else ran: timer 5 ms (open 5.00 ms)'])
    }))

  test('of routes show the split in words and rank those who make others wait', () =>
    withPage('?sort=-caused', async ({ page }) => {
      await page.locator('.routes tbody tr').first().waitFor()
      assert.equal(
        await page.locator('.routes tbody .route-name').first().textContent(),
        'GET /reports/:year',
      )
      const told = await page.locator('.routes .split').first().getAttribute('aria-label')
      assert.match(told ?? '', /^Own CPU .* \([\d.]+ %\), Held by others .*, Garbage collection .*, Waiting /)
      const rows = await page.locator('.culprits tbody tr').allInnerTexts()
      assert.match(rows[0], /GET\s+\/reports\/:year[\s\S]*groupBy\s*lib\/collections\.ts:9/)
      assert.match(rows[1], /\(no request\)[\s\S]*812[\s\S]*41\.5 ms\s*onStreamRead[\s\S]*12\.4 ms/)
    }))

  test('of routes tell who had what others waited for, once anybody had', () =>
    withPage('', async ({ page }) => {
      await page.locator('.culprits tbody tr').first().waitFor()
      assert.ok(!(await page.locator('.culprits thead').innerText()).includes('Awaited'))
      const awaited = { awaitedMs: 4200, longestAwaited: { ms: 81, requestId: 'x_9' } }
      const route = { ...emptyRoute('GET', '/lock'), count: 1, ...awaited }
      const noRequest = {
        causedMs: 90,
        longestBlockMs: 30,
        longestBlock: null,
        awaitedMs: 0,
        longestAwaited: null,
        queuedMs: 0,
        longestQueued: null,
      }
      server.answers.set('api/routes', { status: 200, body: { routes: [route], noRequest } })
      try {
        await page.reload()
        await page.locator('.culprits thead', { hasText: 'Awaited' }).waitFor()
        const rows = await page.locator('.culprits tbody tr').allInnerTexts()
        assert.match(rows[0], /GET\s+\/lock\s+4\.20 s 97\.9\s+%\s+0 ms\s+0 ms\s+4\.20 s\s*$/)
        assert.match(rows[1], /\(no request\)\s+90\.0 ms [\d.]+\s+%\s+90\.0 ms\s+30\.0 ms\s+0 ms\s+not known/)
        const bars = page.locator('.culprits .bar i')
        const widths = await bars.evaluateAll((all) => all.map((part) => parseFloat(part.style.width)))
        assert.deepEqual(
          widths.map(Math.round),
          [100, 100, 0, 2, 2, 2],
          'what was awaited is part of the bar',
        )
        const link = page.locator('.culprits').getByRole('link', { name: '4.20 s' })
        assert.equal(await link.getAttribute('title'), 'Longest, 81.0 ms, for request: x_9')
        assert.match((await link.getAttribute('href')) ?? '', /\?route=GET\+\/lock&request=x_9$/)
      } finally {
        server.answers.delete('api/routes')
      }
    }))

  test('of routes tell behind whom others may have queued before they began, and rank them by that too', () =>
    withPage('', async ({ page }) => {
      await page.locator('.culprits tbody tr').first().waitFor()
      assert.ok(!(await page.locator('.culprits thead').innerText()).includes('Queued'))
      const stack = [frameOf('report@src/report.ts:7')]
      const queued = { queuedMs: 36_300, longestQueued: { ms: 204, requestId: 'x_9', stack } }
      const route = { ...emptyRoute('GET', '/search'), count: 1, ...queued }
      const noRequest = { causedMs: 90, longestBlockMs: 30, longestBlock: null, ...onlyBlocked }
      server.answers.set('api/routes', { status: 200, body: { routes: [route], noRequest } })
      try {
        await page.reload()
        await page.locator('.culprits thead', { hasText: 'Queued' }).waitFor()
        const rows = await page.locator('.culprits tbody tr').allInnerTexts()
        assert.match(
          rows[0],
          /GET\s+\/search\s+≤\s36\.3 s 99\.8\s+%\s+0 ms\s+0 ms\s+≤\s36\.3 s\s+report\s+src\/report\.ts:7\s+204 ms\s*$/,
        )
        assert.match(rows[1], /\(no request\)\s+90\.0 ms [\d.]+\s+%\s+90\.0 ms\s+30\.0 ms\s+0 ms\s+not known/)
        const link = page.locator('.culprits').getByRole('link', { name: '36.3 s' })
        assert.equal(await link.getAttribute('title'), 'Longest, 204 ms, for request: x_9')
        assert.match(await page.locator('.routes tbody tr').first().innerText(), /≤\s36\.3 s/)
        await page.goto(`${server.url}?route=GET+/search`)
        const made = page.locator('.route-numbers section', { hasText: 'Made others wait' })
        await made.getByText('before onRequest').waitFor()
        assert.match(await made.innerText(), /≤\s36\.3 s/)
      } finally {
        server.answers.delete('api/routes')
      }
    }))

  test('of requests tell how long these may have queued, where that matters', () =>
    withPage('?route=GET+/search&list=-queued', async ({ page }) => {
      await page.locator('.requests tbody tr').first().waitFor()
      assert.ok(!(await page.locator('.requests thead').innerText()).includes('Queued'))
      const known = { queuedMs: 36_300, queueKnown: true }
      const {
        blockedBy: _1,
        queuedBehind: _2,
        slices: _3,
        waits: _4,
        phases: _5,
        afterMs: _6,
        ...one
      } = request
      const requests = [
        { ...one, id: 'short', queuedMs: 2 },
        { ...one, id: 'unknown', queuedMs: 99_000, queueKnown: false },
        { ...one, id: 'long', ...known },
      ]
      server.answers.set('api/requests', { status: 200, body: { requests, cursor: null } })
      try {
        await page.reload()
        await page.locator('.requests thead', { hasText: 'Queued' }).waitFor()
        const rows = await page.locator('.requests tbody tr.row-link').allInnerTexts()
        assert.match(rows[0], /≤\s36\.3 s/)
        assert.match(rows[1], /≤\s2\.00 ms/)
        assert.match(rows[2], /\s–\s/)
      } finally {
        server.answers.delete('api/requests')
      }
    }))

  test('of requests show parts as wide for little time as for much, and how long each took beside the slowest', () =>
    withPage('?route=GET+/search&list=-wall', async ({ page }) => {
      await page.locator('.requests tbody tr').first().waitFor()
      const parts = await widths(page, '.requests .split i:last-child', '.requests .split')
      assert.ok(parts.every(({ end }) => Math.abs(end - 1) < 0.02))
      for (const list of ['.requests', '.bands']) {
        const all = await widths(page, `${list} .bar i`, `${list} .bar`)
        assert.deepEqual(
          all.map(({ width }) => width),
          all.map(({ width }) => width).toSorted((a, b) => b - a),
        )
        assert.ok(all[0].width === 1 && all.at(-1)!.width < 1)
      }
    }))
})

test('a route says what a request takes on average, its phases, and the graph by phase', () =>
  withPage('?route=GET+/search', async ({ page }) => {
    assert.match(await page.locator('.answer').innerText(), /^A request takes .* on average: [\d.]+ % of it /)
    assert.equal(await page.locator('.phases tbody th').first().innerText(), 'onRequest')
    await page.getByRole('button', { name: 'By phase' }).click()
    await page.locator('.flame-box[aria-label^="handler:"]').waitFor({ state: 'attached' })
    assert.match(page.url(), /&phases/)
  }))

/** Of each bar, how wide a part of it is and where that ends, 0 to 1. */
async function widths(page: Page, part: string, bar: string): Promise<{ width: number; end: number }[]> {
  const rects = (selector: string) =>
    page
      .locator(selector)
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect))
  const bars = await rects(bar)
  return (await rects(part)).map(({ right, width }, i) => ({
    width: width / bars[i].width,
    end: (right - bars[i].left) / bars[i].width,
  }))
}

async function withRequest(
  run: (opened: Opened) => Promise<void>,
  options?: BrowserContextOptions,
): Promise<void> {
  server.answers.set('api/requests/zz1', { status: 200, body: request })
  await withPage(
    '?route=GET+/search&request=zz1',
    async (opened) => {
      await opened.page.locator('.time-box').first().waitFor()
      await run(opened)
      // There is no profile of it.
      opened.complaints()
    },
    options,
  )
}

async function withPage(
  query: string,
  run: (opened: Opened) => Promise<void>,
  options?: BrowserContextOptions,
): Promise<void> {
  await onPage(openPage(browser, `${server.url}${query}`, options), run)
}

/** Lane by lane; CSS pixels of the window. */
function boxesOf(page: Page) {
  return page.locator('.time-lane').evaluateAll((lanes) =>
    lanes.map((lane) =>
      [...lane.querySelectorAll('.time-box')].map((box) => {
        const { x, y, width } = box.getBoundingClientRect()
        return { name: box.getAttribute('aria-label')!.replace(/: (Took|Kind) .*/, ''), x, y, width }
      }),
    ),
  )
}
