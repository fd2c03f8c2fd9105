import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launch, type Opened, onPage, openPage, openStatus, until } from './browser-page.ts'
import { fakeRequest, fakeRoutes, summarise } from './fake-app.ts'
import { phasesOfRoute, waitingOf } from './fake-blame.ts'
import { emptyRoute } from './fake-data.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import { serveOnce } from './served.ts'

let browser: Browser
let server: FakeServer

before(async () => {
  browser = await launch()
})

after(() => browser.close())

beforeEach(() => {
  server?.answers.clear()
})

describe('routes', () => {
  before(async () => {
    server = await startFakeServer({ requests: 400 })
  })
  after(() => server.close())

  test('stand in order of own CPU, and of any column by its head, which says so', () =>
    withPage('', async ({ page }) => {
      await page.locator('.routes tbody tr').first().waitFor()
      const own = (await values(page, 2)).map(inMs)
      assert.deepEqual(
        own,
        own.toSorted((a, b) => b - a),
      )
      assert.equal(await page.locator('th[aria-sort]').getAttribute('aria-sort'), 'descending')

      await page.getByRole('button', { name: 'p95' }).click()
      const p95 = (await values(page, 7)).map(inMs)
      assert.deepEqual(
        p95,
        p95.toSorted((a, b) => b - a),
      )
      await page.getByRole('button', { name: 'p95' }).click()
      assert.deepEqual((await values(page, 7)).map(inMs), p95.toReversed())
      assert.equal(await page.locator('th[aria-sort]').getAttribute('aria-sort'), 'ascending')
      await page.reload()
      await page.locator('.routes tbody tr').first().waitFor()
      assert.deepEqual((await values(page, 7)).map(inMs), p95.toReversed(), 'a link keeps the order')
    }))

  test('are filtered by what is typed, wherever the page is', () =>
    withPage('', async ({ page }) => {
      await page.locator('.routes tbody tr').first().waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('PROD')
      assert.deepEqual(await routeNames(page), ['GET /products/:id'])
      assert.match(page.url(), /filter=PROD/)
      await page.keyboard.type('nope')
      assert.match(await page.locator('main').innerText(), /No route matches/)
      await page.keyboard.press('Escape')
      assert.ok((await routeNames(page)).length > 4)
    }))

  test('count on by themselves, but do not change places while somebody points at them', () =>
    withPage('?sort=-count', async ({ page }) => {
      await page.locator('.routes tbody tr').first().waitFor()
      const before = await routeNames(page)
      const last = before.at(-1) ?? ''
      await page.locator('.routes tbody tr').nth(2).hover()
      server.addRequests(600, last)
      await page.waitForFunction(
        (name) =>
          [...document.querySelectorAll('.routes tbody tr')].some(
            (row) => row.textContent.includes(name) && /6\d\d/.test(row.children[3].textContent),
          ),
        last,
      )
      assert.deepEqual(await routeNames(page), before, 'held')
      await page.mouse.move(5, 300)
      await page.waitForFunction(
        (name) => document.querySelector('.routes tbody tr')?.textContent.includes(name),
        last,
      )
    }))

  test('a click leads to the route, its requests to one request, and Back to where we were', () =>
    withPage('', async ({ page }) => {
      await page.getByRole('link', { name: 'POST /orders' }).click()
      await page.locator('.flame-box').first().waitFor({ state: 'attached' })
      assert.match(page.url(), /\?route=POST\+\/orders$/)
      assert.equal(await page.title(), 'POST /orders · fastify-profiler')
      assert.match(
        await page.locator('.looking-at').innerText(),
        /\d+ requests merged · .* own CPU · [\d,]+ samples/,
      )

      await page.locator('.requests tbody a').first().click()
      await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
      assert.match(page.url(), /request=/)
      assert.match(await page.locator('.looking-at').innerText(), /^1 request · /)
      await page.goBack()
      await page.locator('.requests tbody a').first().waitFor()
      await page.goBack()
      await page.locator('.routes').waitFor()
    }))
})

test('of very many routes only the first are drawn until the rest is asked for; the filter knows all', async () => {
  const one = summarise(fakeRoutes[0], [fakeRequest(fakeRoutes[0], 1, Date.now())], 0, [])
  const routes = Array.from({ length: 1230 }, (_, i) => ({
    ...one,
    route: `GET /r${i}`,
    url: `/r${i}`,
    own: { ...one.own, totalMs: 1000 - i },
  }))
  await serveOnce(browser, { routes }, '', async ({ page }) => {
    const rows = page.locator('.routes tbody tr')
    await page.getByText('The first 200 of 1,230 routes.').waitFor()
    assert.equal(await rows.count(), 200)
    await page.getByRole('searchbox').fill('/r')
    await page.getByText('1,230 of 1,230 routes').waitFor()
    await page.getByRole('searchbox').fill('r1229')
    await page.waitForFunction(() => document.querySelectorAll('.routes tbody tr').length === 1)
    await page.getByRole('searchbox').fill('')
    await page.locator('.routes + .empty-row').getByRole('button', { name: 'Show all' }).click()
    await page.locator('.routes tbody tr:nth-child(201) a:focus').waitFor()
    assert.equal(await rows.count(), 1230)
  })
})

test('who makes others wait most stands above many routes too, and the filter is for the ranking as well', async () => {
  const route = (i: number, causedMs = 0) => ({ ...emptyRoute('GET', `/r${i}`), count: 1, causedMs })
  const routes = Array.from({ length: 30 }, (_, i) => route(i, i === 7 ? 1350 : i === 9 ? 20 : 0))
  await serveOnce(browser, { routes }, '', async ({ page }) => {
    const worst = page.locator('.worst')
    await worst.waitFor()
    assert.match(await worst.innerText(), /^Makes others wait most: GET \/r7, 1\.35 s in all/)
    await worst.getByRole('link', { name: 'All who do' }).click()
    await page.waitForFunction(() => {
      const { top, bottom } = document.querySelector('#culprits-title')!.getBoundingClientRect()
      return top >= 48 && bottom <= innerHeight
    })
    const names = () => page.locator('.culprits tbody .route-name').allTextContents()
    assert.deepEqual(await names(), ['GET /r7', '(no request)', 'GET /r9'])
    await page.getByRole('searchbox').fill('r9')
    await page.waitForFunction(() => document.querySelectorAll('.culprits tbody tr').length === 1)
    assert.deepEqual(await names(), ['GET /r9'])
    await page.getByRole('searchbox').fill('nope')
    await page.getByText('None that makes others wait matches “nope”.').waitFor()
    assert.equal(await page.locator('.culprits tbody tr').count(), 0)
  })
})

test('a link that was followed puts the focus on the title, and Back on the link; a page that is loaded does neither', async () => {
  server = await startFakeServer({ requests: 60 })
  try {
    await withPage('', async ({ page }) => {
      const title = (text: string) => page.locator('h1:focus', { hasText: text }).waitFor()
      await page.getByRole('link', { name: 'GET /search' }).focus()
      assert.equal(await page.locator('h1:focus').count(), 0)
      await page.keyboard.press('Enter')
      await title('GET /search')
      await page.locator('.requests tbody a').first().focus()
      await page.keyboard.press('Enter')
      await title('/search?q=')
      await page.goBack()
      await page.locator('.requests tbody a:focus').waitFor()
      await page.reload()
      await page.locator('.requests tbody a').first().waitFor()
      assert.equal(await page.locator('h1:focus').count(), 0)
    })
  } finally {
    await server.close()
  }
})

describe('requests of a route', () => {
  before(async () => {
    server = await startFakeServer({ requests: 400 })
  })
  after(() => server.close())

  test('are explained by whom and what they waited for, before they began too', () =>
    withPage('', async ({ page }) => {
      const times = { wallMs: 5250, blockedMs: 800, waitingMs: 4200, requests: 100 }
      const sums = { requests: 100, ms: 4000, waitingMs: 4000, sumMs: 4000 }
      const waits = [
        { kind: 'database', target: 'SELECT * FROM lines WHERE id = ?', count: 2600, ...sums },
        { kind: 'file', target: '', count: 30, ...sums, ms: 150, waitingMs: 100, sumMs: 150 },
      ]
      const body = {
        ...{ route: 'GET /search', ...times, waits, kinds: waits },
        blockedBy: [{ route: 'GET /reports/:year', ms: 800, requests: 40 }],
        sendingMs: 0,
        queued: { requests: 100, p50Ms: 21, p95Ms: 348, maxMs: 700 },
        queuedBehind: [{ route: 'GET /reports/:year', ms: 900, requests: 90 }],
      }
      server.answers.set('api/waiting', { status: 200, body })
      await page.goto(`${server.url}?route=GET+/search`)
      const answer = page.locator('.time-mean')
      await answer.getByText('26 × SELECT * FROM lines WHERE id = ?').waitFor()
      assert.match(await answer.innerText(), /one after another\.\n/)
      assert.match(
        await answer.innerText(),
        /may have queued .*, above all with GET \/reports\/:year: .* no longer than 21\.0 ms, 95 % of them for no longer than 348 ms\./,
      )
      assert.equal(await answer.locator('.answer').count(), 2, 'longer than what came after it')
      const lists = page.getByRole('region', { name: 'Why it waited' })
      const text = (await lists.innerText()).replace(/\s+/g, ' ')
      assert.match(
        text,
        /^Held by others means of 100 kept requests, which take 52\.5 ms GET \/reports\/:year 8\.00 ms 15\.2 % /,
      )
      assert.match(
        text,
        /WHERE id = \? Database, 26 a request 40\.0 ms 76\.2 % file system 0\.3 a request, open 1\.50 ms 1\.00 ms 1\.9 %/,
      )
      server.answers.set('api/waiting', {
        status: 200,
        body: { ...body, queued: { ...body.queued, requests: 90 } },
      })
      await page.reload()
      await answer.getByText('26 ×').waitFor()
      assert.match(
        await answer.innerText(),
        /half of the 90 \(of 100\) kept requests of which that is known for no longer/,
      )
      server.answers.set('api/waiting', {
        status: 200,
        body: { ...body, queued: { ...body.queued, p50Ms: 1, p95Ms: 4, maxMs: 9 }, queuedBehind: [] },
      })
      await page.reload()
      await answer.getByText('26 ×').waitFor()
      assert.doesNotMatch(await answer.innerText(), /queued/)
    }))

  test('arrive at the top, except while somebody points at them', () =>
    withPage('?route=GET+/search', async ({ page }) => {
      const first = page.locator('.requests tbody tr').first()
      await first.waitFor()
      await page.mouse.move(5, 5)
      const [arrived] = server.addRequests(1, 'GET /search')
      await page.locator(`.requests tbody tr:first-child a[href*="request=${arrived.id}"]`).waitFor()
      await first.hover()
      const [held] = server.addRequests(1, 'GET /search')
      await page.locator('.looking-at').getByText('2 newer, update').waitFor()
      assert.equal(await page.locator(`a[href*="request=${held.id}"]`).count(), 0)
      await page.mouse.move(5, 5)
      await page.locator(`.requests tbody tr:first-child a[href*="request=${held.id}"]`).waitFor()
    }))

  test('are found by their id alone, with the way back to their route', () =>
    withPage('', async ({ page }) => {
      const request = server.addRequests(1, 'GET /search')[0]
      await page.goto(`${server.url}?request=${request.id}`)
      const crumb = page.locator('.crumbs a')
      await crumb.waitFor()
      assert.equal(await crumb.textContent(), 'GET /search')
      await page.waitForURL(/route=GET\+\/search/)
      await crumb.click()
      await page.locator('.requests tbody tr').first().waitFor()
      await page.goBack()
      await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
    }))

  test('the picture is made anew when asked for, and the zoom stays', () =>
    withPage('?route=GET+/search', async ({ page }) => {
      await page.locator('.flame-scroller').click({ position: { x: 200, y: 50 } })
      await page.waitForFunction(() => location.search.includes('zoom='))
      const url = page.url()
      const before = await page.locator('.looking-at').innerText()
      server.addRequests(5, 'GET /search')
      await page.locator('.looking-at').getByText('5 newer, update').press('Enter')
      await page.locator('.looking-at').getByText('5 newer, update').waitFor({ state: 'detached' })
      await page.waitForFunction(() => document.activeElement?.matches('.flame-scroller'))
      assert.equal(page.url(), url)
      assert.notEqual(await page.locator('.looking-at').innerText(), before)
    }))

  test('are sorted by the heads of their columns, by keyboard too, and a link keeps the order', () =>
    withPage('?route=GET+/search', async ({ page }) => {
      const sorted = (sign: 1 | -1) => async () => {
        const wall = (await page.locator('.requests tbody td.own').allInnerTexts()).map(inMs)
        return wall.length > 5 && wall.every((ms, i) => i === 0 || sign * (ms - wall[i - 1]) >= 0)
      }
      const order = (name: string) =>
        page.locator('.requests th', { hasText: name }).getAttribute('aria-sort')
      const wall = page.locator('.requests').getByRole('button', { name: 'Wall' })
      await wall.waitFor()
      assert.deepEqual([await order('Started'), await order('Wall')], ['descending', null])
      await wall.click()
      await page.waitForFunction(() => location.search.includes('list=-wall'))
      await until(sorted(-1), 'the slowest first')
      assert.deepEqual([await order('Started'), await order('Wall')], [null, 'descending'])
      await wall.focus()
      await page.keyboard.press('Enter')
      await until(sorted(1), 'the fastest first')
      assert.equal(await order('Wall'), 'ascending')
      await page.reload()
      await until(sorted(1), 'the fastest first, still')
    }))

  test('can be filtered in ways that the empty box shows, as the routes', () =>
    withPage('?route=GET+/search', async ({ page }) => {
      const placeholder = (label: string) => page.getByLabel(label).getAttribute('placeholder')
      assert.equal(await placeholder('Filter requests'), 'Path, >50ms, 5xx')
      await page.getByRole('link', { name: 'fastify-profiler' }).click()
      assert.equal(await placeholder('Filter routes'), 'Name, >50ms, 5xx')
    }))

  test('have phases whose means are told apart from the mean of all, unless some are selected', () =>
    withPage('?route=GET+/search', async ({ page }) => {
      const panel = page.locator('section', { has: page.getByRole('heading', { name: 'phases' }) })
      await panel.getByText(/kept requests, which take \d/).waitFor()
      assert.equal(await page.locator('.means-note').count(), 0)
      const slow = fakeRoutes.find(({ url }) => url === '/search')!
      const kept = Array.from({ length: 9 }, (_, i) => fakeRequest(slow, i, Date.now()))
      const slower = kept.map((one) => ({
        ...one,
        phases: one.phases.map((phase) => ({ ...phase, wallMs: phase.wallMs * 3 })),
      }))
      server.answers.set('api/phases', { status: 200, body: phasesOfRoute(slower) })
      await page.keyboard.press('r')
      const note = 'The slowest requests are kept longest, so these means are longer'
      await panel.getByText(note).waitFor()
      // Once on a page: by the first panel that it is about.
      const waiting = waitingOf(kept.map((one) => ({ ...one, wallMs: one.wallMs * 3 })))
      server.answers.set('api/waiting', { status: 200, body: waiting })
      await page.keyboard.press('r')
      await page.getByRole('region', { name: 'Why it waited' }).getByText(note).waitFor()
      assert.equal(await page.locator('.means-note').count(), 1)
      await page.goto(`${server.url}?route=GET+/search&wall=1_`)
      await panel.getByText('9 kept requests, which take').waitFor()
      assert.equal(await page.locator('.means-note').count(), 0)
    }))

  test('have phases of one name in several rows, by what they may include, each with a row of its own', () =>
    withPage('?route=GET+/search', async ({ page }) => {
      const search = fakeRoutes.find(({ url }) => url === '/search')!
      const { phases, ...rest } = phasesOfRoute([fakeRequest(search, 1, Date.now())])
      const handler = phases.find(({ name }) => name === 'handler')!
      const rows = [handler, { ...handler, includes: ['serialization'] }]
      const answer = (of: unknown) =>
        server.answers.set('api/phases', { status: 200, body: { ...rest, phases: of } })
      answer(rows)
      await page.keyboard.press('r')
      const row = page.locator('.phases tbody tr', { hasText: 'may include serialization' })
      const before = (await row.elementHandle())!
      answer(rows.slice(1))
      await page.keyboard.press('r')
      await until(async () => (await page.locator('.phases tbody tr').count()) === 1, 'a single row')
      assert.ok(await before.evaluate((element) => element.isConnected))
    }))

  test('stand beside the functions, below these the waits and the phases, however long the list is', () =>
    withPage('?route=GET+/search', async ({ page }) => {
      await page.locator('.requests tbody tr').first().waitFor()
      const boxOfPanel = async (name: string) => (await page.getByRole('region', { name }).boundingBox())!
      const functions = await boxOfPanel('Hot functions')
      const requests = await boxOfPanel('Requests')
      const phases = await boxOfPanel("Fastify's phases")
      assert.equal(requests.y, functions.y)
      assert.equal(phases.x, functions.x)
      const waits = await boxOfPanel('Why it waited')
      for (const [above, below] of [
        [functions, waits],
        [waits, phases],
      ]) {
        const gap = below.y - above.y - above.height
        assert.ok(gap > 0 && gap < 30, `${gap} px between them`)
      }
    }))

  test('are pinned and let go', () =>
    withPage('?route=GET+/search', async ({ page }) => {
      const pin = page.locator('.requests .pin').first()
      const pressed = (value: string) => async () => (await pin.getAttribute('aria-pressed')) === value
      await pin.click()
      await until(pressed('true'), 'pinned')
      await pin.click()
      await until(pressed('false'), 'let go')
      await until(() => /^DELETE .*pin$/.test(server.calls.at(-1) ?? ''), 'the server was told')
      assert.match(server.calls.at(-2) ?? '', /^PUT api\/requests\/\w+\/pin$/)
      assert.match(server.calls.at(-1) ?? '', /^DELETE api\/requests\/\w+\/pin$/)
    }))
})

describe('the header', () => {
  before(async () => {
    server = await startFakeServer({ requests: 60 })
  })
  after(() => server.close())

  test('pauses and records, by button and key', () =>
    withPage('', async ({ page }) => {
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.locator('.recording').getByText('Paused').waitFor()
      await until(() => server.calls.at(-1) === 'POST api/recording {"recording":false}', 'paused')
      await page.keyboard.press('p')
      await page.locator('.recording').getByText('Recording').waitFor()
      await until(() => server.calls.at(-1) === 'POST api/recording {"recording":true}', 'recording')
    }))

  test('does once what a key that is held says', () =>
    withPage('', async ({ page }) => {
      await page.locator('.recording').getByText('Recording').waitFor()
      const before = server.calls.length
      for (let i = 0; i < 4; i++) await page.keyboard.down('p')
      await page.keyboard.up('p')
      await page.locator('.recording').getByText('Paused').waitFor()
      await page.keyboard.press('p')
      await page.locator('.recording').getByText('Recording').waitFor()
      await until(() => server.calls.length >= before + 2, 'the server was told')
      assert.equal(server.calls.length, before + 2)
    }))

  test('tells the state of the profiler, and its accounting adds up', () =>
    withPage('', async ({ page }) => {
      const panel = await openStatus(page)
      const shares = (await panel.locator('tbody td:last-child').allInnerTexts()).map(Number.parseFloat)
      assert.equal(shares.reduce((a, b) => a + b, 0).toFixed(1), '100.0')
      const text = await panel.innerText()
      const interval = '1.08 ms\nachieved; 1.00 ms requested'
      for (const said of ['12.4 MiB of 64.0 MiB', interval, 'inspector, running', '12 lost']) {
        assert.ok(text.includes(said), `${said} in ${text}`)
      }
      await page.keyboard.press('Escape')
      assert.equal(await panel.isVisible(), false)
    }))

  test('follows the theme of the system, and keeps another one that is chosen', () =>
    withPage(
      '',
      async ({ page }) => {
        const isIn = (theme: string) => page.locator(`html[data-theme=${theme}] .routes`).waitFor()
        await isIn('dark')
        await page.emulateMedia({ colorScheme: 'light' })
        await isIn('light')
        await page.keyboard.press('t')
        await isIn('dark')
        await page.reload()
        await isIn('dark')
      },
      { colorScheme: 'dark' },
    ))

  test('does not miss that the system changed while the page was first drawn', () =>
    withPage('', async ({ page }) => {
      await page.addInitScript(`
        let matches = true
        Object.defineProperty(MediaQueryList.prototype, 'matches', { get: () => matches })
        MediaQueryList.prototype.addEventListener = () => { matches = false }`)
      await page.reload()
      await page.locator('html[data-theme=light] .routes').waitFor()
    }))

  // As Chromium does: a change that was read before it is told is not told any more.
  test('does not miss that the system changed just before something else is drawn', () =>
    withPage('', async ({ page }) => {
      await page.addInitScript(`
        let matches = true
        let known = true
        const listeners = []
        Object.defineProperty(MediaQueryList.prototype, 'matches', { get: () => (known = true, matches) })
        MediaQueryList.prototype.addEventListener = (_, listener) => listeners.push(listener)
        window.change = () => { known = matches = false }
        window.tell = () => { if (!known) for (const listener of listeners) listener() }`)
      await page.reload()
      await page.locator('html[data-theme=dark] .routes').waitFor()
      await page.evaluate('change()')
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
      await page.keyboard.press('Escape')
      await page.evaluate('tell()')
      await page.locator('html[data-theme=light] .routes').waitFor()
    }))

  test('shows the keyboard map, and Escape closes it', () =>
    withPage('', async ({ page }) => {
      await page.locator('.routes').waitFor()
      await page.keyboard.press('?')
      const map = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
      await map.waitFor()
      assert.match(await map.innerText(), /Zoom to the box/)
      await page.keyboard.press('Escape')
      assert.equal(await map.isVisible(), false)
      await page.keyboard.press('?')
      await map.waitFor()
    }))

  test('lets single letters and signs alone where they are switched off, and remembers that', () =>
    withPage('', async ({ page }) => {
      const search = page.getByRole('searchbox')
      const hasFocus = () => search.evaluate((box) => box === document.activeElement)
      await search.waitFor()
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
      const letters = page.getByLabel('Single letters and signs act on the whole page')
      assert.equal(await letters.isChecked(), true)
      await letters.uncheck()
      await page.keyboard.press('Escape')
      await page.reload()
      await search.waitFor()
      await page.keyboard.press('/')
      assert.equal(await hasFocus(), false)
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
      await letters.check()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await page.keyboard.press('/')
      assert.equal(await hasFocus(), true)
    }))

  test('clears, but asks before', () =>
    withPage('', async ({ page }) => {
      await page.getByRole('button', { name: 'Clear' }).click()
      await page.getByRole('button', { name: 'Cancel' }).click()
      assert.equal(server.calls.at(-1)?.startsWith('DELETE'), false)
      await page.getByRole('button', { name: 'Clear' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click()
      await page.getByText('Waiting for the first request').waitFor()
      assert.equal(server.calls.at(-1), 'DELETE api/requests')
      assert.match(await (await openStatus(page)).innerText(), /, with what was cleared at \d/)
    }))
})

async function withPage(
  query: string,
  run: (opened: Opened) => Promise<void>,
  options?: BrowserContextOptions,
): Promise<void> {
  await onPage(openPage(browser, `${server.url}${query}`, options), run)
}

function routeNames(page: Page): Promise<string[]> {
  return page.locator('.routes tbody .route-name').allTextContents()
}

/** What stands in a column of the routes; columns are counted from 1. */
function values(page: Page, column: number): Promise<string[]> {
  return page.locator(`.routes tbody tr > :nth-child(${column})`).allInnerTexts()
}

function inMs(text: string): number {
  const [, value, unit] = /([\d.]+)\s*(µs|ms|s)/.exec(text) ?? []
  return Number(value) * { µs: 0.001, ms: 1, s: 1000 }[unit as 'ms']
}
