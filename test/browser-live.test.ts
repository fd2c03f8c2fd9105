import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { drawn, launch, until } from './browser-page.ts'
import { calmly } from './calmly.ts'
import { profileOf } from './fake-data.ts'
import { newGate } from './gate.ts'
import { serveOnce, type WithPage } from './served.ts'

const ROUTE = 'GET /reports/:year'
const AT_ROUTE = '?route=GET+/reports/:year'

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

describe('the list of requests', () => {
  const rows = (page: Page) => page.locator('.requests tbody tr')
  const head = (page: Page) => page.locator('.panel-head:has(#requests-title) p')
  const kept = async (page: Page) => Number.parseInt(await head(page).innerText(), 10)
  const away = (page: Page) => page.mouse.move(5, 300)

  for (const [what, where] of [
    ['a head', '.requests .sort'],
    ['a band', '.bands button'],
    ['a pin', '.requests .pin'],
  ]) {
    test(`goes on after a click on ${what}`, () =>
      withPage({}, AT_ROUTE, async ({ page }, server) => {
        await rows(page).first().waitFor()
        await page.locator(where).first().click()
        await away(page)
        const dots = await page.locator('.dot').count()
        server.addRequests(9, ROUTE)
        await until(async () => (await page.locator('.dot').count()) === dots + 9, 'nine more dots')
      }))
  }

  test('keeps what ended while an older answer was on its way', () =>
    withPage({}, AT_ROUTE, async ({ page }, server) => {
      await rows(page).first().waitFor()
      await away(page)
      const dots = await page.locator('.dot').count()
      const gate = newGate()
      const body = { requests: server.ofRoute(ROUTE).toReversed(), cursor: null }
      server.answers.set('api/requests', { status: 200, body, until: gate.opened })
      const asked = page.waitForRequest((request) => request.url().includes('api/requests?'))
      await page.keyboard.press('r')
      await asked
      server.answers.delete('api/requests')
      server.addRequests(2, ROUTE)
      await until(async () => (await page.locator('.dot').count()) === dots + 2, 'two more dots')
      const answered = (await asked).response()
      gate.open()
      await answered
      await drawn(page)
      await until(async () => (await page.locator('.dot').count()) === dots + 2, 'as many dots')
    }))

  test('shows what is pinned in another tab, and so does the page of the request', () =>
    withPage({}, AT_ROUTE, async ({ page }) => {
      const pin = (where: Page) => where.locator('.requests .pin').first()
      const isPinned = (where: Page, state: boolean) =>
        pin(where)
          .and(where.locator(`[aria-pressed=${state}]`))
          .waitFor()
      await pin(page).waitFor()
      const other = await page.context().newPage()
      await other.goto(page.url())
      await pin(other).waitFor()

      await pin(page).click()
      await isPinned(other, true)
      await rows(other).first().getByRole('link').click()
      const ofRequest = other.getByRole('button', { name: 'Pin', exact: true })
      await ofRequest.and(other.locator('[aria-pressed=true]')).click()
      await isPinned(page, false)
      await pin(page).click()
      await ofRequest.and(other.locator('[aria-pressed=true]')).waitFor()
    }))

  test('stays as it is while the pointer is over it, says how many wait, and takes them then', () =>
    withPage({}, AT_ROUTE, async ({ page }, server) => {
      await rows(page).first().hover()
      const before = await kept(page)
      // Not the row's text, which tells how long ago it was.
      const first = () => rows(page).first().getByRole('link').getAttribute('href')
      const shown = await first()
      server.addRequests(9, ROUTE)
      await page.getByText(`${before} · 9 new, on hold`).waitFor()
      assert.equal(await first(), shown)
      await page.locator('.requests .pin').first().click()
      await page.locator('.requests .pin[aria-pressed=true]').first().waitFor()
      assert.equal(await kept(page), before)
      await away(page)
      await until(async () => (await head(page).innerText()) === String(before + 9), 'nine more rows')
    }))

  test('is shown first of all, also under a pointer that was there before', () =>
    withPage({}, '', async ({ page }, server) => {
      server.answers.set('api/requests', { status: 0, body: undefined, delayMs: 500 })
      await page.getByRole('link', { name: ROUTE }).first().click()
      await page.locator('.plot-area').hover()
      await rows(page).first().waitFor()
      assert.ok((await kept(page)) > 0)
    }))

  test('stays as it is while the keyboard goes from row to row', () =>
    withPage({}, AT_ROUTE, async ({ page }, server) => {
      await rows(page).first().waitFor()
      await away(page)
      await page.locator('.rows-scroller:has(.requests)').focus()
      await page.keyboard.press('Tab')
      while (!(await page.evaluate(() => document.activeElement!.matches('tbody a')))) {
        await page.keyboard.press('Tab')
      }
      const links = page.locator('.requests tbody a')
      const hrefs = () => links.evaluateAll((all) => all.slice(0, 3).map((link) => link.getAttribute('href')))
      const before = await hrefs()
      server.addRequests(3, ROUTE)
      await page.getByText('3 new, on hold').waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      assert.equal(
        await page.evaluate(() => document.activeElement!.getAttribute('href')),
        before[1],
        'what stood below has the focus',
      )
      assert.deepEqual(await hrefs(), before)
    }))

  test('is held no longer when what held it is gone', () =>
    withPage(
      { requests: 0 },
      AT_ROUTE,
      async ({ page }, server) => {
        server.addRequests(20, ROUTE)
        await page.locator('.plot-area').hover()
        await fetch(`${server.url}api/requests`, { method: 'DELETE' })
        server.disconnect()
        await page.locator('.plot-area').waitFor({ state: 'detached' })
        await away(page)
        server.addRequests(2, ROUTE)
        await rows(page).nth(1).waitFor()
        server.addRequests(5, ROUTE)
        await until(async () => (await kept(page)) === 7, 'seven rows')
      },
      [/404/, /ERR_/],
    ))
})

describe('what is recorded', () => {
  const clear = async (page: Page, meanwhile = () => {}) => {
    await page.getByRole('button', { name: 'Clear' }).click()
    meanwhile()
    await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click()
  }

  test('does not come back after it was cleared, though the page was yet to be told of a part of it', () =>
    withPage(
      {},
      AT_ROUTE,
      async ({ page }, server) => {
        await page.locator('.requests tbody tr').first().waitFor()
        const told = page.waitForEvent('response', (response) => response.url().endsWith('api/routes'))
        server.addRequests(2, ROUTE)
        await told
        await clear(page, () => server.addRequests(5, ROUTE))
        await page.locator('.requests').waitFor({ state: 'detached' })
        await page.waitForTimeout(1500)
        assert.equal(await page.locator('.requests').count(), 0)
      },
      [/404/],
    ))

  test('and was cleared is no longer told of, nor is what ended before', () =>
    withPage(
      {},
      AT_ROUTE,
      async ({ page }, server) => {
        await page.locator('.looking-at').waitFor()
        await clear(page)
        await page.locator('.looking-at').waitFor({ state: 'detached' })
        server.addRequests(1, ROUTE)
        await page.locator('.looking-at').waitFor()
        assert.match(await page.locator('.looking-at').innerText(), /^1 request ·/)
        await phases(page)
          .filter({ hasText: /1 kept request\b/ })
          .waitFor()
      },
      [/404/],
    ))

  test('and was cleared shows up again with a request that ends before the browser has drawn that', () =>
    withPage(
      {},
      '',
      async ({ page }, server) => {
        // Passes on only those events of requests that the test makes, at the moment that it chooses.
        await page.addInitScript({
          content: `window.EventSource = class extends EventSource {
            constructor(url) {
              super(url)
              window.stream = this
            }
            addEventListener(type, listener) {
              super.addEventListener(type, (event) => (type === 'requests' && event.isTrusted) || listener(event))
            }
          }`,
        })
        await page.goto(`${server.url}${AT_ROUTE}`)
        await page.locator('.looking-at').waitFor()
        const gate = newGate()
        const body = { statusCode: 404, code: 'FST_PROFILER_NOT_FOUND', message: 'not found' }
        server.answers.set('api/profile', { status: 404, body, until: gate.opened })
        const asked = page.waitForRequest((request) => request.url().includes('api/profile'))
        await fetch(`${server.url}api/requests`, { method: 'DELETE' })
        await asked
        server.answers.delete('api/profile')
        const requests = server.addRequests(1, ROUTE)
        await page.evaluate(
          (data) => {
            const { stream } = window as never as { stream: EventSource }
            const observer = new MutationObserver(() => {
              if (document.querySelector('.looking-at') !== null) return
              observer.disconnect()
              stream.dispatchEvent(new MessageEvent('requests', { data }))
            })
            observer.observe(document.body, { childList: true, subtree: true })
          },
          JSON.stringify({ requests, missed: 0 }),
        )
        gate.open()
        await page
          .locator('.looking-at')
          .filter({ hasText: /^1 request ·/ })
          .waitFor()
      },
      [/404/],
    ))

  test('and was cleared in another tab is gone here too', () =>
    withPage({}, '', async ({ page }, server) => {
      await page.locator('.routes tbody tr').first().waitFor()
      await fetch(`${server.url}api/requests`, { method: 'DELETE' })
      await page.getByText('Waiting for the first request').waitFor()
    }))

  test('while the tab was hidden is there when it is seen again', () =>
    withPage({}, AT_ROUTE, async ({ page }, server) => {
      await page.locator('.looking-at').waitFor()
      await setHidden(page, true)
      server.addRequests(60, ROUTE)
      await setHidden(page, false)
      const { length } = server.ofRoute(ROUTE)
      await page.getByText(`${length} requests merged`).waitFor()
      await page.getByText(`${length} kept requests`).first().waitFor()
    }))

  test('of a route for the first time shows up by itself', () =>
    withPage(
      { requests: 0 },
      AT_ROUTE,
      async ({ page }, server) => {
        await page.getByText('Nothing is recorded for this route').waitFor()
        server.addRequests(40, ROUTE)
        await page.getByText('40 requests merged').waitFor()
      },
      [/404/],
    ))

  test('while the answer was on its way that there is nothing yet, shows up all the same', () =>
    withPage(
      { requests: 0 },
      '',
      async ({ page }, server) => {
        const gate = newGate()
        const body = { statusCode: 404, code: 'FST_PROFILER_NOT_FOUND', message: 'not found' }
        server.answers.set('api/profile', { status: 404, body, until: gate.opened })
        const asked = page.waitForRequest((request) => request.url().includes('api/profile'))
        await page.goto(`${server.url}${AT_ROUTE}`)
        await asked
        await page.getByTitle('State of the profiler').waitFor()
        server.answers.delete('api/profile')
        const told = page.waitForResponse((response) => response.url().endsWith('api/routes'))
        server.addRequests(20, ROUTE)
        await told
        gate.open()
        await page.locator('.plot-area').waitFor()
      },
      [/404/],
    ))

  test('is asked for again with the next request, after that failed', () =>
    withPage(
      { requests: 0 },
      '',
      async ({ page }, server) => {
        server.addRequests(1, 'POST /orders')
        await page.getByRole('link', { name: 'POST /orders' }).click()
        await page.getByText('too few samples').waitFor()
        server.answers.set('api/profile', { status: 500, body: { message: 'no' } })
        server.addRequests(1, 'POST /orders')
        await page.getByText('Not up to date').waitFor()
        server.answers.clear()
        server.addRequests(5, 'POST /orders')
        await page.getByText('7 requests merged').waitFor()
      },
      [/500/],
    ))
})

describe('a page is of one age', () => {
  test('where it renews itself, and where it is asked to', () =>
    withPage({ requests: 0 }, '', async ({ page }, server) => {
      server.addRequests(2, 'POST /orders')
      await page.getByRole('link', { name: 'POST /orders' }).click()
      await page.getByText('2 requests merged').waitFor()
      server.addRequests(20, 'POST /orders')
      await page.getByText('22 requests merged').waitFor()
      await phases(page).getByText('22 kept requests').waitFor()
      const asked = new Set<string>()
      page.on('request', (request) => asked.add(new URL(request.url()).pathname.replace(/.*api\//, '')))
      await page.keyboard.press('r')
      const all = ['profile', 'phases', 'requests', 'routes']
      await until(() => all.every((path) => asked.has(path)), all.join())
    }))

  test('under the pointer too: few samples renew nothing there, and all of it when the pointer has left', () =>
    withPage({ requests: 0 }, '', async ({ page }, server) => {
      const route = 'GET /products/:id'
      const merged = page.locator('.looking-at')
      server.addRequests(20, route)
      await page.getByRole('link', { name: route }).first().click()
      await page.getByText('20 requests merged').waitFor()
      await page.locator('.plot-area').hover()
      server.addRequests(9, route)
      await page.getByText('9 new, on hold').waitFor()
      // Longer than few samples are left alone.
      await page.waitForTimeout(2500)
      assert.match(await merged.innerText(), /^20 requests merged/)
      assert.match(await phases(page).innerText(), /20 kept requests/)

      // A choice is of all that have ended, and then of no more.
      await page.locator('.bands button:enabled').last().click()
      const chosen = page.locator('.latency-selected')
      await chosen.getByText('of 29 kept requests').waitFor()
      const inside = await chosen.locator('b').innerText()
      await merged.filter({ hasText: `${inside} requests merged` }).waitFor()
      server.addRequests(30, route)
      await page.getByText('new, on hold').waitFor()
      await page.waitForTimeout(2500)
      assert.ok((await merged.innerText()).startsWith(`${inside} requests merged`))
      await page.mouse.move(5, 300)
      await chosen.getByText('of 59 kept requests').waitFor()
      const now = await chosen.locator('b').innerText()
      assert.notEqual(now, inside)
      await merged.filter({ hasText: `${now} requests merged` }).waitFor()
      await phases(page).getByText(`${now} kept requests`).waitFor()
    }))

  test('or says in each part that there is newer', () =>
    withPage({ requests: 0 }, '', async ({ page }, server) => {
      server.addRequests(40, ROUTE)
      await page.getByRole('link', { name: ROUTE }).first().click()
      const waits = page.getByRole('region', { name: 'Why it waited' })
      await page.getByText('40 requests merged').waitFor()
      await waits.getByText('40 kept requests').waitFor()
      server.addRequests(9, ROUTE)
      await waits.getByText('9 newer, update').waitFor()
      await phases(page).getByText('9 newer, update').click()
      await phases(page).getByText('49 kept requests').waitFor()
      await waits.getByText('49 kept requests').waitFor()
      await page.getByText('newer, update').first().waitFor({ state: 'detached' })

      server.addRequests(3, ROUTE)
      await waits.getByText('3 newer, update').waitFor()
      await page.locator('.bands button:enabled').first().click()
      await page.getByRole('button', { name: 'All requests' }).first().click()
      await waits.getByText('52 kept requests').waitFor()
      assert.equal(await page.getByText('newer, update').count(), 0)
    }))

  test('while a choice is loaded, and says what its numbers are of', () =>
    withPage({}, AT_ROUTE, async ({ page }, server) => {
      const head = page.locator('.looking-at')
      await head.waitFor()
      const before = await head.innerText()
      const { opened: until, open: answer } = newGate()
      server.answers.set('api/profile', { status: 0, body: undefined, until })
      await page.locator('.bands button:enabled').first().click()
      await page.locator('.bands button[aria-pressed=true]').waitFor()
      await page.waitForTimeout(300)
      assert.equal(await head.innerText(), before)
      answer()
      await head.getByRole('button', { name: 'All requests' }).waitFor()
      assert.notEqual(await head.innerText(), before)
    }))

  test('with the source of a function', () => {
    const profile = profileOf(ROUTE, 'work@app.ts:1 900000', 12)
    const source = (text: string) => ({
      status: 200,
      body: { file: 'app.ts', text, changed: false, selfMs: 0, lines: [], functions: [], editor: null },
    })
    return withPage({}, '', async ({ page }, server) => {
      server.profileFor = () => profile
      server.answers.set('api/source', source('function work() {\n  before()\n}\n'))
      await page.goto(`${server.url}${AT_ROUTE}&function=work@app.ts:1:3`)
      await page.getByText('before()').waitFor()
      server.answers.set('api/source', source('function work() {\n  after()\n}\n'))
      await page.keyboard.press('r')
      await page.getByText('after()').waitFor()
    })
  })
})

describe('what could not be done', () => {
  const refusal = { status: 409, body: { message: 'no room for one more' } }
  const isSaid = async (page: Page) => {
    await page.locator('.notice').getByText('That did not work: no room for one more').waitFor()
  }

  test('is said: pause, clear', () =>
    withPage(
      {},
      '',
      async ({ page }, server) => {
        server.answers.set('api/recording', refusal)
        await page.getByRole('button', { name: 'Pause' }).click()
        await isSaid(page)
        await page.locator('.notice').waitFor({ state: 'detached' })
        await page.locator('.routes tbody tr').first().waitFor()
        server.answers.set('api/requests', refusal)
        await page.getByRole('button', { name: 'Clear' }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click()
        await isSaid(page)
      },
      [/409/],
    ))

  test('is said of a pin, in the list and on the page of a request', () =>
    withPage(
      {},
      AT_ROUTE,
      async ({ page }, server) => {
        const id = server.ofRoute(ROUTE).at(-1)!.id
        server.answers.set(`api/requests/${id}/pin`, refusal)
        await page.getByRole('button', { name: `Pin request ${id}`, exact: true }).click()
        await isSaid(page)
        await page.goto(`${server.url}?request=${id}`)
        const pin = page.getByRole('button', { name: 'Pin', exact: true })
        await pin.click()
        await isSaid(page)
        assert.equal(await pin.getAttribute('aria-pressed'), 'false')
      },
      [/409/],
    ))

  test('is one notice, where a comparison cannot be renewed either', () =>
    withPage(
      {},
      '?base=baseline=before%26route=GET+/reports/:year&head=route=GET+/reports/:year',
      async ({ page }, server) => {
        await page.locator('.headline').waitFor()
        await server.close()
        await page.locator('.notice').waitFor()
        await page.keyboard.press('r')
        await page.getByText('Not up to date').waitFor()
        assert.equal(await page.locator('.notice').count(), 1)
      },
      [/ERR_/],
    ))
})

const phases = (page: Page) => page.locator('.panel-head:has(#phases-title) p')

async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((now) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: now })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
}

test('a page does not keep what it was before each event', () =>
  calmly(() =>
    withPage({}, AT_ROUTE, async ({ page }, server) => {
      await page.locator('.requests tbody tr').first().waitFor()
      await page.locator('.phases tbody tr').first().waitFor()
      const session = await page.context().newCDPSession(page)
      const used = async () => {
        await session.send('HeapProfiler.collectGarbage')
        return (await session.send('Runtime.getHeapUsage')).usedSize
      }
      // Events are passed on once a second.
      const end = async (times: number) => {
        for (let i = 0; i < times; i++) {
          server.addRequests(2, ROUTE)
          await page.waitForTimeout(1050)
        }
      }
      await end(3)
      const before = await used()
      await end(9)
      const bytes = (await used()) - before
      assert.ok(bytes < 2 ** 20, `${bytes} bytes more`)
    }),
  ))
