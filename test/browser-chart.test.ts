import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import type { Chart } from '../plugin/model/profile.ts'
import type { RequestDetail } from '../plugin/model/wire/requests.ts'
import { type Box, boxes, boxOf, type Opened, onPage, until } from './browser-page.ts'
import { HOSTILE } from './fake-app.ts'
import { profileOf } from './fake-data.ts'
import { serveDashboard } from './served.ts'

const dashboard = serveDashboard()
const request: RequestDetail = {
  ...{ id: 'zz1', route: 'GET /search', method: 'GET', url: '/search?q=', statusCode: 200 },
  ...{ startedAt: '2026-03-04T09:12:44.000Z', outcome: 'completed', pinned: false, samples: 35, afterMs: 2 },
  ...{ wallMs: 100, ownMs: 35, blockedMs: 20, gcMs: 5, waitingMs: 40, queuedMs: 30 },
  queueKnown: true,
  queuedBehind: [{ route: 'GET /reports/:year', ms: 28 }],
  blockedBy: [{ route: 'GET /reports/:year', ms: 20 }],
  slices: [
    { startUs: 0, endUs: 10_000, kind: 'own' },
    { startUs: 10_000, endUs: 50_000, kind: 'waiting' },
    { startUs: 50_000, endUs: 70_000, kind: 'blocked', route: 'GET /reports/:year' },
    { startUs: 70_000, endUs: 80_000, kind: 'own' },
    { startUs: 80_000, endUs: 85_000, kind: 'gc' },
    { startUs: 85_000, endUs: 100_000, kind: 'own' },
  ],
  phases: [
    { name: 'onRequest', includes: [], startUs: 0, endUs: 5000, wallMs: 5, ownMs: 5 },
    { name: 'handler', includes: [], startUs: 5000, endUs: 100_000, wallMs: 95, ownMs: 30 },
  ],
  waits: [{ kind: 'timer', target: '40 ms', startUs: 10_000, endUs: 50_000 }],
}

const profile = profileOf(
  'GET /search #zz1',
  `
hook@app.ts:3 5000
handler@app.ts:10;parse@app.ts:20 5000
handler@app.ts:10;find@app.ts:30;get@npm:some-db/lib/index.js:3 10000
handler@app.ts:10;find@app.ts:30 15000
after@app.ts:60 2000`,
)
const [hook, , parse, find, get] = [1, 2, 3, 4, 5]
const chart: Chart = {
  ...profile,
  wallUs: 100_000,
  afterUs: 2000,
  spans: {
    node: [hook, parse, get, find, 0],
    startUs: [0, 5000, 70_000, 85_000, 97_000],
    endUs: [5000, 10_000, 80_000, 97_000, 100_000],
    samples: [5, 5, 10, 12, 0],
  },
}

describe('the flame chart of a request', () => {
  test('stands on the axis of the time line: every box below own CPU, as wide as long', () =>
    withChart(async ({ page }) => {
      const all = await boxes(page)
      const lane = await laneOf(page)
      const own = await page.locator('.time-loop .part-own').evaluateAll((parts) =>
        parts.map((part) => {
          const { x, right } = part.getBoundingClientRect()
          return { x, right }
        }),
      )
      assert.equal(own.length, 3)
      for (const box of all.filter(({ level }) => level > 1)) {
        assert.ok(
          own.some(({ x, right }) => box.x >= x - 1 && box.x + box.width <= right + 1),
          box.label,
        )
      }
      const at = (us: number) => lane.x + (us / 100_000) * lane.width
      for (const [name, startUs, endUs] of [
        ['hook', 0, 5000],
        ['parse', 5000, 10_000],
        ['get', 70_000, 80_000],
      ] as const) {
        const box = boxOf(all, name)
        assert.ok(Math.abs(box.x - at(startUs)) < 1 && Math.abs(box.x + box.width - at(endUs)) < 1, name)
      }
      assert.equal(all.filter(({ label }) => label.startsWith('handler:')).length, 3, 'once for each turn')
      assert.match(boxOf(all, 'get').label, /total 10\.0 ms, .*; 10 samples; 70\.00 ms to 80\.00 ms; some-db/)
    }))

  test('zooms by a click, with the time line, and Back leads back', () =>
    withChart(async ({ page }) => {
      const before = await boxes(page)
      await page.mouse.click(...middle(boxOf(before, 'get')))
      await page.waitForFunction(() => location.search.includes('range=0.7_0.8'))
      const lane = await laneOf(page)
      await until(
        async () => Math.abs((await loopBox(page, 3)).width - lane.width) < 2,
        'the time line is zoomed too',
      )
      const zoomed = await boxes(page)
      assert.ok(Math.abs(boxOf(zoomed, 'get').width - lane.width) < 2, 'the chart is as wide as the lane')
      assert.ok((await loopBox(page, 0)).right <= lane.x + 1, 'what was before is out of sight')
      assert.match(await page.locator('.flame-crumbs').innerText(), /70\.00 ms to 80\.00 ms/)
      assert.deepEqual((await page.locator('.time-axis span').allInnerTexts()).slice(0, 2), [
        '70 ms',
        '71 ms',
      ])

      await page.reload()
      await page.locator('.flame-box').first().waitFor({ state: 'attached' })
      assert.ok(Math.abs(boxOf(await boxes(page), 'get').width - lane.width) < 2, 'the URL says it all')
      await page.goBack()
      await until(async () => (await loopBox(page, 3)).width < lane.width / 5, 'all is in sight again')
      assert.equal(boxOf(await boxes(page), 'get').width, boxOf(before, 'get').width)
    }))

  test('zooms by the time line too: by a click on a part, by the wheel, and back by Escape', () =>
    withChart(async ({ page }) => {
      await boxes(page)
      await page.locator('.time-phases .time-box', { hasText: 'onRequest' }).click()
      await page.waitForFunction(() => location.search.includes('range=0_0.05'))
      const lane = await laneOf(page)
      assert.ok(Math.abs(boxOf(await boxes(page), 'hook').width - lane.width) < 2)
      await page.keyboard.press('Escape')
      await page.waitForFunction(() => !location.search.includes('range'))

      const [x, y] = middle({ ...lane, height: 20 })
      await page.mouse.move(100, 70)
      await page.keyboard.down('Control')
      await page.mouse.wheel(0, -100)
      await page.waitForTimeout(300)
      assert.equal(page.url().includes('range='), false, 'over the rest of the page the wheel is not taken')
      await page.mouse.move(x, y)
      await page.mouse.wheel(0, -100)
      await page.keyboard.up('Control')
      await page.waitForFunction(() => location.search.includes('range='))
      assert.ok((await loopBox(page, 3)).width > lane.width * 0.11)
    }))

  test('a line goes through both at the moment of the pointer', () =>
    withChart(async ({ page }) => {
      const get = boxOf(await boxes(page), 'get')
      const lane = await laneOf(page)
      await page.mouse.move(...middle(get))
      const left = await page
        .locator('.request-time')
        .evaluate((area) => Number.parseFloat(area.style.getPropertyValue('--pointer')))
      assert.ok(Math.abs(lane.x + left - middle(get)[0]) < 1)
      const text = (await page.locator('.tooltip').innerText()).replace(/\s+/g, ' ')
      assert.match(text, /^get some-db · some-db\/lib\/index\.js:3 70\.00 ms to 80\.00 ms .*Total 10\.0 ms/)
      await page.mouse.move(3, 3)
      const pointer = () =>
        page.locator('.request-time').evaluate((area) => area.style.getPropertyValue('--pointer'))
      await until(async () => (await pointer()) === '', 'the line is gone')
    }))

  test('is walked by the keyboard', () =>
    withChart(async ({ page }) => {
      await boxes(page)
      await page.locator('.flame-scroller').focus()
      const cursor = () => page.locator('.flame-cursor').getAttribute('aria-label')
      await page.keyboard.press('ArrowDown')
      assert.match((await cursor()) ?? '', /^hook:/)
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowDown')
      assert.match((await cursor()) ?? '', /^parse:/)
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => location.search.includes('range=0.05_0.1'))
      await page.keyboard.press('Escape')
      await page.waitForFunction(() => !location.search.includes('range'))
    }))

  test('says the same as a table, in order of time', () =>
    withChart(async ({ page }) => {
      await page.getByRole('button', { name: 'Table' }).click()
      await page.locator('.call-tree tbody tr').first().waitFor()
      const rows = await page.locator('.call-tree tbody tr').allInnerTexts()
      const told = rows.map((row) => row.replace(/\s+/g, ' ').trim())
      assert.match(told[1], /hook app\.ts:3 0\.00 ms 5\.00 ms/)
      assert.match(told[3], /handler app\.ts:10 70\.00 ms 10\.0 ms/)
      assert.match(told.at(-1)!, /\(not sampled\).*97\.00 ms 3\.00 ms/)
      assert.match(page.url(), /&table/)
    }))

  test('can be merged instead, by the URL too, and then the time line stays whole', () =>
    withChart(async ({ page }) => {
      await page.getByRole('button', { name: 'Merged' }).click()
      await page.getByRole('button', { name: 'Bottom-up' }).waitFor()
      await page.waitForFunction(() => location.search.includes('&merged'))
      assert.equal(await page.locator('.flame-panel h2').innerText(), 'Flame graph')
      await page.goBack()
      await page.locator('.chart-panel').waitFor()
    }))

  test('leaves the focus on the order that a key has chosen, though the panel is another one', () =>
    withChart(async ({ page }) => {
      for (const [order, panel] of [
        ['Merged', '.flame-panel:not(.chart-panel)'],
        ['In time', '.chart-panel'],
      ]) {
        await page.getByRole('button', { name: order }).press('Enter')
        await page.locator(panel).waitFor()
        await until(
          () => page.evaluate((name) => document.activeElement?.textContent === name, order),
          `the focus is on ${order}`,
        )
      }
    }))

  test('says what is not in it, and where nothing was sampled', () =>
    withChart(async ({ page }) => {
      assert.match(
        await page.locator('.chart-panel .time-note').innerText(),
        /^3\.00 ms were not sampled: .* 2\.00 ms more came after the response: .* share all 37\.0 ms/,
      )
      assert.ok(boxOf(await boxes(page), '(not sampled)'))
      assert.equal(await page.locator('.functions', { hasText: '(not sampled)' }).count(), 0)
    }))

  test('does not speak of what samples tell where there are none', () =>
    withChart(
      async ({ page }) => {
        const note = await page.locator('.chart-panel .time-note').innerText()
        assert.match(note, /were not sampled/)
        assert.doesNotMatch(note, /samples tell/)
      },
      { ...chart, samples: 0 },
    ))

  test('its heading says what its first box and the head of the page say, and how much was not sampled', () =>
    withChart(async ({ page }) => {
      const said = page.locator('.looking-at')
      assert.match(await said.innerText(), /35\.0 ms own CPU, of which 3\.00 ms not sampled · 32 samples/)
      assert.match(boxOf(await boxes(page), 'GET /search #zz1').label, /total 35\.0 ms, 100 %; .* 32 samples/)
      assert.match(await page.locator('.numbers').innerText(), /own CPU\s+35\.0 ms/)
      await page.goto(`${page.url()}&only=npm:some-db`)
      await page.getByRole('button', { name: 'All code' }).waitFor()
      assert.match(await said.innerText(), /35\.0 ms own CPU, of which 10\.0 ms \(28\.6 %\) in some-db/)
    }))

  test('without a sample, with a handful, and with none of its own time', async () => {
    const spans = { node: [0], startUs: [0], endUs: [100_000], samples: [0] }
    await withChart(
      async ({ page }) => {
        assert.ok(boxOf(await boxes(page), '(not sampled)'))
        assert.equal(await page.locator('.trust').innerText(), 'no samples')
      },
      { ...chart, samples: 0, spans },
    )
    await withChart(
      async ({ page }) => assert.equal(await page.locator('.trust').innerText(), 'too few samples'),
      { ...chart, samples: 3, spans: { ...chart.spans, samples: [1, 1, 0, 1, 0] } },
    )
    const nothing = { node: [], startUs: [], endUs: [], samples: [] }
    const tree = { ...chart.tree, selfUs: chart.tree.selfUs.map(() => 0) }
    await withChart(
      async ({ page }) => {
        await page.locator('.message', { hasText: 'No CPU time to show' }).waitFor()
      },
      { ...chart, tree, ownUs: 0, samples: 0, spans: nothing },
    )
  })

  test('a hundred thousand samples can be looked into, and a name is only text', async () => {
    const size = 100_000
    const frames = chart.frames.map((frame) => (frame.name === 'get' ? { ...frame, name: HOSTILE } : frame))
    const spans = {
      node: Array.from({ length: size }, (_, i) => [hook, parse, get, find][i % 4]),
      startUs: Array.from({ length: size }, (_, i) => i * 1000),
      endUs: Array.from({ length: size }, (_, i) => (i + 1) * 1000),
      samples: new Array<number>(size).fill(1),
    }
    await withChart(
      async ({ page }) => {
        const all = await boxes(page)
        const root = boxOf(all, 'GET /search #zz1')
        await page.mouse.move(...middle(root))
        for (let i = 0; i < 18; i++) {
          await page.keyboard.down('Control')
          await page.mouse.wheel(0, -120)
          await page.keyboard.up('Control')
        }
        const near = await boxes(page)
        assert.ok(near.some(({ label }) => label.startsWith(`${HOSTILE}:`)))
        assert.equal(await page.locator('img').count(), 0)
      },
      { ...chart, frames, samples: size, wallUs: size * 1000, spans },
      { ...request, wallMs: size },
    )
  })

  test('fits a phone', () =>
    withChart(
      async ({ page }) => {
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360)
        const lane = await laneOf(page)
        assert.ok(Math.abs(boxOf(await boxes(page), 'GET /search #zz1').x - lane.x) < 1)
      },
      chart,
      request,
      { viewport: { width: 360, height: 780 } },
    ))
})

async function withChart(
  run: (opened: Opened) => Promise<void>,
  body = chart,
  detail = request,
  options?: BrowserContextOptions,
): Promise<void> {
  dashboard.server.answers.set('api/requests/zz1', { status: 200, body: detail })
  dashboard.server.answers.set('api/requests/zz1/chart', { status: 200, body })
  dashboard.server.answers.set('api/profile', { status: 200, body: profile })
  await onPage(dashboard.open('?request=zz1', options), async (opened) => {
    await opened.page.locator('.time-box').first().waitFor()
    await opened.page.locator('.chart-panel, .message').first().waitFor()
    await run(opened)
  })
}

/** The event loop's lane, CSS pixels of the window. */
function laneOf(page: Page) {
  return page.locator('.time-loop .time-lane').evaluate((lane) => {
    const { x, y, width } = lane.getBoundingClientRect()
    return { x, y, width }
  })
}

/** Part of that lane. */
function loopBox(page: Page, index: number) {
  return page
    .locator('.time-loop .time-box')
    .nth(index)
    .evaluate((box) => {
      const { x, right, width } = box.getBoundingClientRect()
      return { x, right, width }
    })
}

function middle({ x, y, width, height }: Pick<Box, 'x' | 'y' | 'width' | 'height'>): [number, number] {
  return [x + width / 2, y + height / 2]
}
