import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { boxes, launch, type Opened, openStatus, settled } from './browser-page.ts'
import { fakeRequest, fakeRoutes, summarise } from './fake-app.ts'
import { emptyRoute, profileOf, statusOf } from './fake-data.ts'
import { startFakeServer } from './fake-server.ts'
import { newGate } from './gate.ts'
import { serveOnce, type WithPage } from './served.ts'

let browser: Browser

const usual = statusOf()
const failed = {
  sampler: { ...usual.sampler, state: 'failed', restarts: 3 },
  problem: 'there was no thread to be had',
} as const

before(async () => {
  browser = await launch()
})

after(() => browser.close())

describe('nothing to show', () => {
  test('nothing recorded yet: says which address to ask, and shows the first route by itself', () =>
    withPage({ requests: 0 }, '', async ({ page }, server) => {
      await page.getByText('Waiting for the first request').waitFor()
      assert.ok((await page.locator('pre').innerText()).startsWith(`curl http://127.0.0.1:${server.port}/`))
      server.addRequests(3, 'GET /health')
      await page.getByRole('link', { name: 'GET /health' }).waitFor()
    }))

  test('paused and empty: the button is right there', () =>
    withPage({ requests: 0, recording: false }, '', async ({ page }, server) => {
      await page.getByText('Recording is paused').waitFor()
      await page.locator('main').getByRole('button', { name: 'Record' }).click()
      await page.getByText('Waiting for the first request').waitFor()
      assert.deepEqual(server.calls, ['POST api/recording {"recording":true}'])
    }))

  test('nothing has ended, but requests are open: says so', () =>
    withPage(
      { requests: 0, status: { counts: { ...usual.counts, requests: 0, inFlight: 2 } } },
      '',
      async ({ page }) => {
        await page.getByText('Open now: 2 requests.').waitFor()
      },
    ))

  test('requests that are open are counted above the routes', () =>
    withPage(
      { status: { counts: { ...usual.counts, requests: 200, inFlight: 2 } } },
      '',
      async ({ page }) => {
        await page.getByText('200 requests, 2 open').waitFor()
      },
    ))

  test('a route of which no request has ended: no empty plot, and the page by itself when one ends', () => {
    const none = { status: 200, body: { requests: [], cursor: null } }
    return withPage(
      { routes: [], answers: new Map([['api/requests', none]]) },
      '?route=GET+/search',
      async ({ page }, server) => {
        await page.getByText('No finished request of this route is kept').waitFor()
        assert.equal(await page.locator('.latency-panel').count(), 0)
        server.addRequests(1, 'GET /search')
        await page.locator('.requests tbody a').first().waitFor()
      },
    )
  })

  test('a route that has a summary, but of which no request has ended either', () => {
    const none = { status: 200, body: { requests: [], cursor: null } }
    return withPage(
      { routes: [emptyRoute('GET', '/search')], answers: new Map([['api/requests', none]]) },
      '?route=GET+/search',
      async ({ page }) => {
        await page.getByText('No finished request of this route is kept').waitFor()
        assert.doesNotMatch(await page.locator('main').innerText(), /on average/)
      },
    )
  })

  test('a route of which no request has ended, among others: it has no times', () =>
    withPage({ routes: [emptyRoute('GET', '/search')] }, '', async ({ page }) => {
      const row = page.locator('.routes tbody tr')
      await row.waitFor()
      // Total, then count and errors.
      assert.deepEqual(await row.locator('td').evaluateAll(textsOfCells), [
        ...['0 ms 0 %', '–', '0', '0', '–', '–', '–', '–', 'mean –', '0 ms', '–', '0'],
      ])
    }))

  test('paused, and the page of a route or of no request: says so there too', () =>
    withPage({ requests: 0, routes: [], recording: false }, '?route=%28no+request%29', async ({ page }) => {
      await page.locator('.condition').getByText('Recording is paused.').waitFor()
    }))

  test('a route that is not there', () =>
    withPage(
      {},
      '?route=GET+/gone',
      async ({ page }) => {
        await page.getByText('Nothing is recorded for this route').waitFor()
        await page.getByRole('link', { name: 'all routes', exact: true }).click()
        await page.locator('.routes').waitFor()
      },
      [/404/],
    ))

  test('an address that names no route', () =>
    withPage({}, '?route=', async ({ page }) => {
      await page.getByRole('heading', { name: 'The address names no route' }).waitFor()
      assert.equal(await page.locator('.crumbs a').count(), 0)
      await page.getByRole('link', { name: 'all routes', exact: true }).click()
      await page.locator('.routes').waitFor()
    }))

  test('a request that is no longer kept', () =>
    withPage(
      {},
      '?route=GET+/search&request=zzz',
      async ({ page }) => {
        await page.getByText('This request is no longer kept').waitFor()
        assert.match(await page.locator('.message').innerText(), /until the application is restarted/)
        await page.getByRole('link', { name: 'Requests of GET /search' }).click()
        await page.locator('.requests').waitFor()
      },
      [/404/],
    ))

  test('own time without a sample, and no time at all', () =>
    withPage({}, '?route=GET+/health', async ({ page }, server) => {
      await page.locator('.looking-at').waitFor()
      const none = profileOf('GET /health', '(not sampled) 240')
      server.profileFor = () => none
      await page.keyboard.press('r')
      await page.getByText('no samples', { exact: true }).click()
      assert.match(await page.locator('#trust').innerText(), /measured with a clock/)
      server.profileFor = () => ({ ...none, ownUs: 0, tree: { ...none.tree, selfUs: [0, 0] } })
      await page.keyboard.press('Escape')
      await page.keyboard.press('r')
      await page.getByText('No CPU time to show').waitFor()
    }))

  test('how often the stack was looked at is told as it was achieved', () =>
    withPage({}, '?route=GET+/health', async ({ page }, server) => {
      await page.locator('.looking-at').waitFor()
      const profile = profileOf('GET /health', 'f@a.ts:1 100000')
      server.profileFor = () => ({ ...profile, samples: 40, tree: { ...profile.tree, samples: [0, 40] } })
      await page.keyboard.press('r')
      await page.locator('.looking-at', { hasText: '· 40 samples' }).waitFor()
      await page.locator('.trust').click()
      assert.match(await page.locator('#trust').innerText(), /the stack every 2\.50 ms on average/)
    }))

  test('few samples are said to be few, and the profile renews itself as requests end', () =>
    withPage({ requests: 0 }, '', async ({ page }, server) => {
      server.addRequests(2, 'POST /orders')
      await page.getByRole('link', { name: 'POST /orders' }).click()
      await page.getByText('too few samples').waitFor()
      server.addRequests(20, 'POST /orders')
      await page.getByText('22 requests merged').waitFor()
      await page.getByText('rough', { exact: true }).waitFor()
    }))
})

describe('not as usual', () => {
  test('paused with routes: says that nothing is kept, on every page, and the button is there', () =>
    withPage({ recording: false }, '?route=GET+/search', async ({ page }, server) => {
      await page.getByText('Recording is paused. What your app does now is not recorded.').waitFor()
      await page.locator('.condition').getByRole('button', { name: 'Record' }).click()
      await page.locator('.condition').waitFor({ state: 'detached' })
      assert.deepEqual(server.calls, ['POST api/recording {"recording":true}'])
    }))

  test('paused, and a file is open: that is of no application', () =>
    withPage({ recording: false }, '?file=cpu.cpuprofile', async ({ page }) => {
      await page.getByRole('button', { name: 'Record' }).waitFor()
      await page.getByText('cpu.cpuprofile is no longer open').waitFor()
      assert.equal(await page.locator('.condition').count(), 0)
    }))

  test('a sampler that failed: says what is right still, and why', () =>
    withPage({ status: failed }, '', async ({ page }) => {
      await page.getByText('The sampler failed.').waitFor()
      assert.match(await page.locator('.condition').innerText(), /still timed.*no thread to be had/s)
      await page.locator('.routes tbody tr').first().waitFor()
      assert.match(await (await openStatus(page)).innerText(), /inspector, failed, restarted 3 times/)
    }))
})

for (const [query, asked] of [
  ['?route=GET+/search', 'api/waiting'],
  ['?route=GET+/search&request=', 'api/requests/'],
] as const) {
  test(`what stands below keeps its place when ${asked} answers late`, () =>
    withPage({}, '', async ({ page }, server) => {
      const [{ id }] = server.ofRoute('GET /search')
      const isRequest = query.endsWith('=')
      const { opened: until, open } = newGate()
      server.answers.set(isRequest ? asked + id : asked, { status: 0, body: undefined, until })
      await page.goto(`${server.url}${query}${isRequest ? id : ''}`)
      const below = page.locator('.time-none + .panel, .time-none + * .panel').first()
      await below.waitFor()
      // The routes may come later than the first drawing.
      await page.waitForTimeout(300)
      await page.locator('h1', { hasText: /^GET \/search/ }).waitFor()
      await settled(page)
      const before = (await below.boundingBox())!.y
      open()
      await page.locator('.split-sum').waitFor()
      const after = (await page
        .locator('.time-panel + .panel, .time-panel + * .panel')
        .first()
        .boundingBox())!.y
      assert.ok(Math.abs(after - before) <= 40, `${before} to ${after}`)
    }))
}

for (const width of [360, 800, 1100, 1280]) {
  for (const [query, asked] of [
    ['?route=POST+/orders', 'api/routes'],
    ['?route=POST+/orders&request=', 'api/requests/'],
  ] as const) {
    test(`the numbers below the title have their place when ${asked} answers late, ${width} pixels wide`, () =>
      withPage(
        {},
        '',
        async ({ page }, server) => {
          const [{ id }] = server.ofRoute('POST /orders')
          const end = query.endsWith('=') ? id : ''
          const top = async (panel: string) => (await page.locator(panel).boundingBox())!.y
          const { opened: until, open } = newGate()
          server.answers.set(asked + end, { status: 0, body: undefined, until })
          await page.goto(`${server.url}${query}${end}`)
          await page.locator('.time-none').waitFor()
          const before = await top('.time-none')
          open()
          await page.locator('.split-sum').waitFor()
          const after = await top('.time-panel')
          assert.ok(Math.abs(after - before) <= 1, `${before} to ${after}`)
        },
        [],
        { viewport: { width, height: 800 } },
      ))
  }
}

for (const width of [800, 1024, 1440]) {
  test(`they have their place with all that there can be to say too, ${width} pixels wide`, () => {
    const orders = fakeRoutes.find(({ url }) => url === '/orders')!
    const all = [1, 2, 3].map((i) => fakeRequest(orders, i, Date.now()))
    const route = { ...summarise(orders, all, 0, all), causedMs: 13_600 }
    const { latency, own } = route
    const full = { ...route, own: { ...own, meanMs: latency.meanMs + 9 } }
    return withPage(
      { routes: [full] },
      '',
      async ({ page }, server) => {
        const { opened: until, open } = newGate()
        server.answers.set('api/routes', { status: 0, body: undefined, until })
        await page.goto(`${server.url}?route=POST+/orders`)
        const top = async (panel: string) => (await page.locator(panel).boundingBox())!.y
        await page.locator('.time-none').waitFor()
        const before = await top('.time-none')
        open()
        await page.locator('.split-sum').waitFor()
        await page.locator('.numbers').getByText('13.6 s').waitFor()
        const after = await top('.time-panel')
        assert.ok(Math.abs(after - before) <= 1, `${before} to ${after}`)
      },
      [],
      { viewport: { width, height: 800 } },
    )
  })
}

test('own CPU per request that goes on after the answer, and so exceeds the wall time, is marked and explained', () => {
  const route = { ...emptyRoute('GET', '/after'), count: 9 }
  const latency = { ...route.latency, meanMs: 0.4 }
  const own = { totalMs: 3.75, meanMs: 0.375, p95Ms: 0.4 }
  const within = { ...route, latency, own }
  const beyond = { ...within, route: 'GET /beyond', url: '/beyond', own: { ...own, meanMs: 0.439 } }
  return withPage({ routes: [within, beyond] }, '', async ({ page }) => {
    const cell = (name: string) => page.getByRole('row', { name }).locator('td').nth(1)
    await cell('/beyond').waitFor()
    assert.equal(await cell('/beyond').innerText(), '*439 µs')
    assert.match((await cell('/beyond').getAttribute('title')) ?? '', /of which 39\.0 µs after the response/)
    assert.equal(await cell('/after').innerText(), '375 µs')
    const note = page.locator('.after-note')
    assert.match(await note.innerText(), /^\* More than the mean wall time/)
    // Where the column has no room, there is no mark to explain.
    await page.setViewportSize({ width: 800, height: 600 })
    await cell('/beyond').waitFor({ state: 'hidden' })
    assert.ok(await note.isHidden())
    await page.setViewportSize({ width: 1280, height: 900 })
    const head = page.getByRole('button', { name: 'Per request' })
    assert.match((await head.getAttribute('title')) ?? '', /after its response too/)
  })
})

for (const width of [360, 800, 1280, 1360, 1440, 1920]) {
  test(`the routes do not move when the line above them grows, ${width} pixels wide`, () => {
    const { counts, accounting } = usual
    const status = { counts: { ...counts, inFlight: 0 }, accounting }
    const routes = fakeRoutes.map((route) => {
      return { ...summarise(route, [fakeRequest(route, 1, Date.now())], 0, []), count: 0 }
    })
    routes[0].count = 3
    return withPage(
      { status, routes },
      '',
      async ({ page }, server) => {
        const top = async () => (await page.locator('.routes').boundingBox())!.y
        await page.getByText('7 routes · 3 requests').waitFor()
        const before = await top()
        routes[0].count = 9_876_543
        status.counts = { ...counts, inFlight: 123 }
        status.accounting = { ...accounting, idleMs: 4e7, recordedMs: 8e7 }
        server.addRequests(1)
        await page.getByText('9.88 M requests, 123 open · busy').waitFor()
        assert.equal(await top(), before)
      },
      [],
      { viewport: { width, height: 800 } },
    )
  })
}

describe('trouble', () => {
  test('not allowed in from the start, and let in later by itself', () => {
    const refusal = { status: 403, body: { statusCode: 403, code: 'X', message: 'only this machine' } }
    return withPage(
      { answers: new Map(['status', 'routes', 'events'].map((path) => [`api/${path}`, refusal])) },
      '',
      async ({ page }, server) => {
        await page.getByRole('heading', { name: 'Access denied' }).waitFor()
        assert.equal(await page.locator('.notice').count(), 0)
        server.answers.clear()
        await page.locator('.routes tbody tr').first().waitFor()
      },
      [/403/, /MIME|EventSource/],
    )
  })

  test('a hook of the application refuses: says what it answered, and that such hooks run for the dashboard too', () => {
    const refusal = { status: 401, body: { statusCode: 401, message: 'log in first.' } }
    return withPage(
      { answers: new Map(['status', 'routes', 'events'].map((path) => [`api/${path}`, refusal])) },
      '',
      async ({ page }, server) => {
        const notice = page.locator('.notice')
        await notice.getByText('The server answered 401: log in first. Hooks of the application').waitFor()
        await page.locator('.message').getByText('log in first').waitFor()
        assert.equal(await page.getByText('The server does not answer').count(), 0)
        server.answers.clear()
        await page.locator('.routes tbody tr').first().waitFor()
        await notice.waitFor({ state: 'detached' })
      },
      [/401/, /MIME|EventSource/],
    )
  })

  test('the routes cannot be loaded: says why, and tries again', () =>
    withPage(
      { answers: new Map([['api/routes', { status: 500, body: { message: 'out of order' } }]]) },
      '',
      async ({ page }, server) => {
        await page.getByText('out of order').waitFor()
        server.answers.clear()
        await page.getByRole('button', { name: 'Try again' }).click()
        await page.locator('.routes tbody tr').first().waitFor()
      },
      [/500/],
    ))

  test('not allowed in: says why, and what to do', () =>
    withPage(
      {},
      '',
      async ({ page }, server) => {
        const message = 'only this machine may see the profiler'
        for (const path of ['status', 'routes', 'events']) {
          server.answers.set(`api/${path}`, { status: 403, body: { statusCode: 403, code: 'X', message } })
        }
        server.disconnect()
        await page.getByText('Access denied').waitFor()
        assert.match(await page.locator('main').innerText(), /only this machine may see.*authorize/s)
        await page.locator('.notice').waitFor({ state: 'detached' })
      },
      [/403/, /ERR_/],
    ))

  test('an answer that fails can be asked for again', () =>
    withPage(
      {},
      '',
      async ({ page }, server) => {
        server.answers.set('api/profile', { status: 500, body: { message: 'the store is on fire' } })
        await page.getByRole('link', { name: 'GET /search' }).click()
        await page.getByText('the store is on fire').waitFor()
        server.answers.clear()
        await page.getByRole('button', { name: 'Try again' }).click()
        await boxes(page)
      },
      [/500/],
    ))

  for (const width of [1280, 360]) {
    test(`requests and phases of a route that cannot be loaded: no figure, why, and again, ${width} pixels wide`, () =>
      withPage(
        {},
        '',
        async ({ page }, server) => {
          for (const path of ['requests', 'phases'])
            server.answers.set(`api/${path}`, { status: 500, body: { message: `no ${path} today` } })
          await page.goto(`${server.url}?route=GET+/search`)
          const latency = page.locator('.latency-panel')
          const list = page
            .locator('section', { has: page.getByRole('heading', { name: 'Requests' }) })
            .last()
          const phases = page.locator('section', { has: page.getByRole('heading', { name: 'phases' }) })
          await latency.getByText('no requests today').waitFor()
          await list.getByText('no requests today').waitFor()
          await phases.getByText('no phases today').waitFor()
          assert.equal(await page.locator('.plot, .bands, .phases').count(), 0)
          for (const panel of [latency, list, phases])
            assert.doesNotMatch(await panel.innerText(), /\d/, 'no figure where nothing is known')
          const { height } = (await latency.boundingBox())!
          server.answers.clear()
          await latency.getByRole('button', { name: 'Try again' }).click()
          await latency.locator('.dot').first().waitFor({ state: 'attached' })
          assert.match(await latency.innerText(), /\d+ kept requests/)
          assert.equal((await latency.boundingBox())!.height, height, 'nothing moves')
          await list.locator('tbody a').first().waitFor()
          await phases.getByRole('button', { name: 'Try again' }).click()
          await page.locator('.phases').waitFor()
          assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0)
        },
        [/500/],
        { viewport: { width, height: 800 } },
      ))
  }

  test('requests of a route that are still loading: no figure and no axis', () =>
    withPage({}, '', async ({ page }, server) => {
      const { opened: until, open } = newGate()
      server.answers.set('api/requests', { status: 0, body: undefined, until })
      await page.getByRole('link', { name: 'GET /search' }).click()
      const latency = page.locator('.latency-panel')
      await latency.getByLabel('Loading the requests').waitFor()
      await boxes(page)
      assert.equal(await page.locator('.plot').count(), 0)
      assert.doesNotMatch(await latency.innerText(), /\d/)
      open()
      await latency.locator('.plot').waitFor()
    }))

  test('a style that fails is asked for again, with what needs it', () =>
    withPage(
      {},
      '',
      async ({ page }) => {
        await page.route('**/screens.css', (route) => route.abort(), { times: 1 })
        await page.getByRole('link', { name: 'GET /search' }).click()
        await page.getByRole('button', { name: 'Try again' }).click()
        await boxes(page)
        const position = await page.locator('.flame-scroller').evaluate((e) => getComputedStyle(e).position)
        assert.equal(position, 'relative')
      },
      [/ERR_FAILED/],
    ))

  test('a style that failed while the server was away comes by itself when it is back', () =>
    withPage(
      {},
      '',
      async ({ page }, server) => {
        const link = page.getByRole('link', { name: 'GET /search' })
        await link.waitFor()
        await server.close()
        await page.getByText('The server does not answer').waitFor()
        await link.click()
        const failed = page.locator('.message', { hasText: 'Loading failed' })
        await failed.getByText('The server does not answer.', { exact: true }).waitFor()
        const again = await startFakeServer({ port: server.port, requests: 80 })
        try {
          await page.locator('.flame-scroller').waitFor()
        } finally {
          await again.close()
        }
      },
      [/ERR_/, /Failed to load/],
    ))

  test('a function that is opened first while the server is away: says so, leaves the graph, and tries again', () =>
    withPage(
      {},
      '?route=GET+/search',
      async ({ page }, server) => {
        const before = await boxes(page)
        await server.close()
        await page.locator('.functions:not(.call-tree) tbody button').first().click()
        const failed = page.locator('.panel', { hasText: 'Loading failed' })
        await failed.getByText('The server does not answer.', { exact: true }).waitFor()
        assert.deepEqual(
          (await boxes(page)).map(({ label }) => label),
          before.map(({ label }) => label),
        )
        const again = await startFakeServer({ port: server.port })
        try {
          await failed.getByRole('button', { name: 'Try again' }).click()
          await page.locator('.function-panel').waitFor()
          assert.equal(await page.locator('.flame-scroller').count(), 0)
        } finally {
          await again.close()
        }
      },
      [/ERR_/, /Failed to load/],
    ))

  test('a comparison that is opened first while the server is away says so too', () =>
    withPage(
      {},
      '?route=GET+/search',
      async ({ page }, server) => {
        await boxes(page)
        await server.close()
        await page.evaluate(() => {
          history.pushState(null, '', '?base=route=GET+/search&head=route=GET+/search')
          dispatchEvent(new PopStateEvent('popstate'))
        })
        await page.locator('.message').getByText('The server does not answer.', { exact: true }).waitFor()
      },
      [/ERR_/, /Failed to load/],
    ))

  test('what takes long shows that it does', () =>
    withPage({}, '', async ({ page }, server) => {
      const { opened: until, open } = newGate()
      server.answers.set('api/profile', { status: 0, body: undefined, until })
      await page.getByRole('link', { name: 'GET /search' }).click()
      await page.getByRole('progressbar').waitFor({ state: 'attached' })
      open()
      await boxes(page)
      await page.getByRole('progressbar').waitFor({ state: 'detached' })
    }))

  test('the server goes away and comes back: the view stays until there is another, and goes on by itself', () =>
    withPage(
      {},
      '?route=GET+/search',
      async ({ page }, server) => {
        const before = await boxes(page)
        await server.close()
        await page.getByText('The server does not answer').waitFor()
        assert.deepEqual(await boxes(page), before)
        const again = await startFakeServer({ port: server.port, requests: 80 })
        try {
          await page.getByText('The server does not answer').waitFor({ state: 'detached' })
          const { length } = again.ofRoute('GET /search')
          await page.getByText(`${length} requests merged`).waitFor()
          again.addRequests(4, 'GET /search')
          await page.locator('.looking-at').getByText('4 newer, update').click()
          await page.locator('.looking-at').getByText('newer, update').waitFor({ state: 'detached' })
        } finally {
          await again.close()
        }
      },
      [/ERR_/, /Failed to load/],
    ))
})

describe('extremes', () => {
  const name = `/${'very-long-segment/'.repeat(20)}:id`
  const long = {
    ...emptyRoute('GET', name),
    count: 1_234_567_890,
    errors: 9_876_543,
    own: { totalMs: 8.64e9, meanMs: 12_345_678, p95Ms: 1e7 },
    latency: { p50Ms: 1e-4, p95Ms: 3_600_000, p99Ms: 8e7, maxMs: 9e8, meanMs: 1 },
    samples: 12_345_678,
    recentMs: [0, 0, 1e9, 5],
  }

  for (const width of [360, 768, 3840]) {
    test(`huge numbers and long names fit into ${width} pixels`, () =>
      withPage(
        { routes: [long, emptyRoute('PROPFIND', '/')] },
        '',
        async ({ page }) => {
          await page.locator('.routes tbody tr').first().waitFor()
          await noSidewaysScrolling(page)
          assert.match(await page.locator('.routes').innerText(), /100 d/)
        },
        [],
        { viewport: { width, height: 800 } },
      ))

    test(`the page of a route fits into ${width} pixels`, () =>
      withPage(
        {},
        '?route=GET+/reports/:year',
        async ({ page }) => {
          await boxes(page)
          await page.locator('.requests tbody tr').first().waitFor()
          await noSidewaysScrolling(page)
        },
        [],
        { viewport: { width, height: 800 } },
      ))
  }
})

async function noSidewaysScrolling(page: Opened['page']): Promise<void> {
  const wide = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('.rows-scroller')]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map(
        (element) =>
          `${element.tagName}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`,
      ),
  )
  assert.deepEqual(wide, [])
}

function textsOfCells(cells: readonly Element[]): string[] {
  return cells.map((cell) => cell.textContent.trim())
}

const withPage: WithPage = (...what) => serveOnce(browser, ...what)
