import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import type { RoutesAnswer } from '../plugin/model/wire/routes.ts'
import { boxes, boxOf, launch, onPage, openPage, settled } from './browser-page.ts'
import { emptyRoute, profileOf } from './fake-data.ts'
import { type FakeOptions, type FakeServer, startFakeServer } from './fake-server.ts'

let browser: Browser
let server: FakeServer

const PROJECT = '/api/v1/organizations/:organizationId/projects/:projectId'
const PLACE = 'example/src/reports/clustering/similarity.ts:7'
const ends = ['builds', 'members', 'settings']
const starts = ['admin', 'billing', 'catalog']
const START = '/organizations/:organizationId/projects/:projectId/environments/:environmentId/deployments'
const urls = [...ends.map((end) => `${PROJECT}/${end}`), ...starts.map((start) => `/${start}${START}`)]

/** Of a route that others held up. */
const waiting = {
  status: 200,
  body: {
    ...{
      route: 'GET /search',
      wallMs: 500,
      blockedMs: 300,
      waitingMs: 100,
      requests: 10,
      waits: [],
      kinds: [],
    },
    blockedBy: urls.map((url, i) => ({ route: `GET ${url}`, ms: 60 - i, requests: 9 })),
    sendingMs: 0,
    queued: { requests: 1, p50Ms: 0, p95Ms: 0, maxMs: 0 },
    queuedBehind: [],
  },
}

before(async () => {
  browser = await launch()
  server = await startFakeServer({ requests: 400 })
  const known = await (await fetch(`${server.url}api/routes`)).json()
  const routes = [...known.routes, ...urls.map((url) => emptyRoute('GET', url))]
  server.answers.set('api/routes', { status: 200, body: { ...known, routes } })
  server.profileFor = (route) =>
    route === 'POST /orders'
      ? profileOf(
          route,
          `groupBySimilarity@${PLACE} 90000\nf@a.ts:1 1000\n(anonymous)@a.ts:9 500\n(anonymous)@lib/deep/b.ts:3 100`,
        )
      : undefined
})

after(async () => {
  await browser.close()
  await server.close()
})

describe('names that are too long', () => {
  for (const width of [1280, 768, 360]) {
    test(`are cut in the middle, so that they differ, ${width} pixels`, () =>
      withPage('?filter=organizations', width, async (page) => {
        const names = page.locator('.routes tbody .route-name')
        await names.first().waitFor()
        await differ(names)
        const places = page
          .locator('.routes tbody tr')
          .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height))
        for (const height of await places) assert.ok(height <= 46, `a row of ${height} pixels`)
        const link = page.getByRole('link', { name: `GET ${urls[0]}`, exact: true })
        assert.equal(await link.count(), 1, 'is one word to screen readers')
      }))
  }

  test('are told whole to the pointer, and to the keyboard until Escape', () =>
    withPage('?filter=organizations', 360, async (page) => {
      const link = page.locator('.routes tbody a').nth(1)
      const whole = `GET ${PROJECT}/builds`
      assert.equal(await link.getAttribute('title'), whole)
      await page.locator('.routes tbody a').first().focus()
      await page.keyboard.press('Tab')
      const told = page.locator('.full-name')
      await told.filter({ hasText: whole }).waitFor()
      await page.keyboard.press('Escape')
      await told.waitFor({ state: 'detached' })
    }))

  test('are cut so, and told whole, among those that held up a route', async () => {
    server.answers.set('api/waiting', waiting)
    await withPage('?route=GET+/search', 360, async (page) => {
      const links = page.locator('.time-list th a')
      await links.first().waitFor()
      for (const [i, url] of urls.entries()) {
        assert.equal(await links.nth(i).getAttribute('title'), `GET ${url}`)
      }
      await differ(links.locator('.route-name'))
      const lines = await links
        .locator('.route-name > span')
        .evaluateAll((parts) => parts.map((part) => getComputedStyle(part).textDecorationLine))
      assert.deepEqual(new Set(lines), new Set(['underline']))
    })
    server.answers.delete('api/waiting')
  })

  for (const width of [360, 900]) {
    test(`are broken before slashes in the title and the sentence, ${width} pixels`, async () => {
      const url = `${PROJECT}/environments/:environmentId/members`
      const known = server.answers.get('api/routes')!
      const { latency, ...rest } = emptyRoute('GET', url)
      const held = { latency: { ...latency, meanMs: 50 }, blocked: { totalMs: 300, meanMs: 30 } }
      const routes = [{ ...rest, ...held, route: 'GET /search' }]
      server.answers.set('api/waiting', waiting)
      server.answers.set('api/routes', { status: 200, body: { ...(known.body as object), routes } })
      await withPage('?route=GET+/search', width, async (page) => {
        const title = page.locator('h1', { hasText: url })
        await title.waitFor()
        const lines = await title
          .locator('.param')
          .evaluateAll((all) => all.map((param) => param.getClientRects().length))
        assert.deepEqual(lines, [1, 1, 1])
        assert.equal(await title.innerText(), `GET ${url}`)
        const culprit = page.locator('.answer a')
        assert.equal(await culprit.innerText(), `GET ${PROJECT}/builds`)
        assert.equal(await culprit.locator('wbr').count(), 8)
      })
      server.answers.delete('api/waiting')
      server.answers.set('api/routes', known)
    })
  }

  test('are told whole in the way back from a request', () =>
    withPage('?route=GET+/search', 768, async (page) => {
      assert.equal(await page.locator('.crumbs a').getAttribute('title'), 'GET /search')
    }))

  test('leave room for the number of a request in the way back', () =>
    withPage('', 768, async (page) => {
      const [{ id }] = server.ofRoute('GET /search')
      const detail = await (await fetch(`${server.url}api/requests/${id}`)).json()
      const body = { ...detail, route: `GET ${PROJECT}/members` }
      server.answers.set(`api/requests/${id}`, { status: 200, body })
      await page.goto(`${server.url}?request=${id}`)
      await page.locator('.crumbs a', { hasText: PROJECT }).waitFor()
      const number = page.locator('.crumbs span', { hasText: id }).and(page.locator('[aria-current]'))
      const hidden = await number.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
      assert.equal(hidden, 0)
    }))
})

test('names that have room are not told twice', () =>
  withPage('?filter=organizations', 1800, async (page) => {
    await page.locator('.routes tbody a').first().focus()
    await page.keyboard.press('Tab')
    await page.waitForTimeout(100)
    assert.equal(await page.locator('.full-name').count(), 0)
  }))

test('hot functions keep file and line, and their titles begin with the whole', async () => {
  await withPage('?route=POST+/orders', 1280, async (page) => {
    const hottest = page.locator('.functions tbody button').first()
    await hottest.waitFor()
    assert.match((await hottest.getAttribute('title')) ?? '', new RegExp(`^groupBySimilarity ${PLACE}\n`))
    const seen = await hottest.locator('.function-place').evaluate((cell) => {
      const text = document.createRange()
      text.selectNodeContents(cell)
      const [whole, part] = [cell.getBoundingClientRect(), text.getBoundingClientRect()]
      return { end: part.right <= whole.right + 1, width: whole.width }
    })
    assert.ok(seen.end && seen.width > 80, JSON.stringify(seen))
  })
})

test('signs of a sum stand beside their numbers where a name before them has two lines', () =>
  withPage('?route=GET+/search', 360, async (page) => {
    const parts = page.locator('.split-sum div')
    await parts.first().waitFor()
    const below = await parts.evaluateAll((all) =>
      all.map((part) => {
        const number = part.querySelector('dd')!.getBoundingClientRect()
        return Math.round(part.getBoundingClientRect().bottom - number.bottom)
      }),
    )
    assert.deepEqual(below, [0, 0, 0, 0, 0])
  }))

test('parts of a sum do not run into each other in a window of 320 pixels', () =>
  withPage('?route=GET+/search', 320, async (page) => {
    const parts = page.locator('.split-sum div')
    await parts.first().waitFor()
    const over = await parts.evaluateAll((all) =>
      all.map((part) => {
        const text = document.createRange()
        text.selectNodeContents(part.querySelector('dd')!)
        return text.getBoundingClientRect().right > part.getBoundingClientRect().right + 1
      }),
    )
    assert.deepEqual(over, [false, false, false, false, false])
  }))

for (const width of [320, 360, 1280]) {
  test(`times above a time line do not touch each other, ${width} pixels`, () =>
    withPage('', width, async (page) => {
      const [{ id }] = server.ofRoute('GET /search')
      const detail = await (await fetch(`${server.url}api/requests/${id}`)).json()
      // Nine labels, the last of which stands before the end of the axis.
      server.answers.set(`api/requests/${id}`, { status: 200, body: { ...detail, wallMs: 165 } })
      await page.goto(`${server.url}?request=${id}`)
      const labels = page.locator('.time-axis span').filter({ visible: true })
      await labels.first().waitFor()
      const places = await labels.evaluateAll((all) =>
        all.map((label) => {
          const { left, right } = label.getBoundingClientRect()
          return { left, right }
        }),
      )
      assert.ok(places.length > 2, `${places.length} labels`)
      for (const [i, { left }] of places.slice(1).entries()) {
        assert.ok(left - places[i].right > 3, `${JSON.stringify(places)}`)
      }
    }))
}

for (const width of [360, 1280]) {
  test(`a function with a long name can be zoomed to and opened, ${width} pixels`, async () => {
    const url = `${PROJECT}/environments/:environmentId${START}`
    const known = server.profileFor
    server.profileFor = (route) => profileOf(route, `handler of GET ${url}@${PLACE} 90000`)
    await withPage('?route=GET+/search', width, async (page) => {
      await page.locator('.flame').scrollIntoViewIfNeeded()
      const handler = boxOf(await boxes(page), `handler of GET ${url}`)
      await page.mouse.click(handler.x + 9, handler.y + 9)
      const open = page.getByTitle('Callers, callees and source lines (o)')
      await open.waitFor()
      const [all, link] = await Promise.all([
        page.locator('.flame-crumbs button').first().boundingBox(),
        open.boundingBox(),
      ])
      assert.ok(all!.width > 18, `the way back is ${all!.width} pixels wide`)
      assert.ok(link!.x >= all!.x + all!.width && link!.x + link!.width <= width, `at ${link!.x}`)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width)
    })
    server.profileFor = known
  })
}

test('a window of 320 pixels still shows whether requests are recorded', () =>
  withPage('', 320, async (page) => {
    const state = page.locator('.recording')
    await state.waitFor()
    const { width, height } = (await state.boundingBox())!
    assert.ok(width >= 8 && height >= 8, `${width} × ${height}`)
    assert.equal(await state.innerText(), 'Recording')
  }))

test('a window of 320 pixels scrolls no page sideways, and no list', () =>
  withPage('?route=GET+/search', 320, async (page) => {
    await page.locator('.bands').waitFor()
    await page.locator('.requests tbody tr').first().waitFor()
    await page.locator('.functions tbody tr').first().waitFor()
    const wider = await page
      .locator('html, .rows-scroller')
      .evaluateAll((all) => all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))
    assert.deepEqual(
      wider,
      wider.map(() => 0),
    )
    const mark = page.locator('.functions .sort-mark', { hasText: '↓' })
    await mark.scrollIntoViewIfNeeded()
    const isSeen = await mark.evaluate((sign) => {
      const { right, top, height } = sign.getBoundingClientRect()
      return document.elementFromPoint(right - 1, top + height / 2) === sign
    })
    assert.ok(isSeen, 'the mark of the order')
  }))

for (const [awaitedMs, queuedMs] of [
  [0, 0],
  [4200, 0],
  [0, 36_300],
]) {
  test(`who makes others wait is named in a window of 320 pixels, ${awaitedMs} ms awaited, ${queuedMs} ms queued`, async () => {
    const known = server.answers.get('api/routes')!
    const body = known.body as RoutesAnswer
    const routes = body.routes.map((route) => ({ ...route, awaitedMs, queuedMs }))
    server.answers.set('api/routes', { status: 200, body: { ...body, routes } })
    await withPage('', 320, async (page) => {
      const name = page.locator('.culprits a', { hasText: '(no request)' }).locator('.route-end')
      const hidden = await name.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
      assert.equal(hidden, 0)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320)
    })
    server.answers.set('api/routes', known)
  })
}

test('with the text spacing that readers may set, names of latency bands stay whole', () =>
  withPage('?route=GET+/search', 1280, async (page) => {
    const names = page.locator('.bands tbody button')
    await names.first().waitFor()
    await page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>('body *')) {
        element.style.letterSpacing = '0.12em'
        element.style.wordSpacing = '0.16em'
      }
    })
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 })
      await settled(page)
      const cut = await names.evaluateAll((all) =>
        all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map((one) => one.textContent),
      )
      assert.deepEqual(cut, [])
    }
  }))

test('labels of gaps in the latency plot stand apart', async () => {
  const all = await (await fetch(`${server.url}api/requests?route=GET+/search&limit=100`)).json()
  const requests = all.requests.map((request: object, i: number) => ({
    ...request,
    startedAt: new Date(Date.UTC(2026, 2, 4, 9, 0, i + Math.floor(i / 7) * 600)).toISOString(),
  }))
  server.answers.set('api/requests', { status: 200, body: { ...all, requests } })
  try {
    await withPage('?route=GET+/search', 640, async (page) => {
      await page.locator('.plot-cut').first().waitFor({ state: 'attached' })
      for (const [width, least] of [
        [640, 1],
        [768, 2],
        [1280, 2],
      ]) {
        await page.setViewportSize({ width, height: 900 })
        await settled(page)
        const places = await page.locator('.plot-x span').evaluateAll((labels) =>
          labels
            .filter((label) => getComputedStyle(label).visibility === 'visible')
            .map((label) => label.getBoundingClientRect())
            .sort((a, b) => a.left - b.left)
            .map(({ left, right }) => ({ left, right })),
        )
        assert.ok(places.length >= 2 + least, `${places.length} labels at ${width} pixels`)
        for (let i = 1; i < places.length; i++) assert.ok(places[i].left > places[i - 1].right)
      }
    })
  } finally {
    server.answers.delete('api/requests')
  }
})

test('the only dot of a latency plot has its time below it', async () => {
  const all = await (await fetch(`${server.url}api/requests?route=GET+/search&limit=1`)).json()
  server.answers.set('api/requests', { status: 200, body: { ...all, cursor: null } })
  try {
    await withPage('?route=GET+/search', 1280, async (page) => {
      const label = page.locator('.plot-x span')
      assert.match(await label.innerText(), /^\d\d:\d\d:\d\d\.\d{3}$/)
      const [dot, text] = await Promise.all([page.locator('.dot').boundingBox(), label.boundingBox()])
      const off = dot!.x + dot!.width / 2 - (text!.x + text!.width / 2)
      assert.ok(Math.abs(off) < 2, `${off} pixels beside it`)
      assert.ok(!(await page.locator('.latency-panel').innerText()).includes('drag'))
    })
  } finally {
    server.answers.delete('api/requests')
  }
})

test('no line ends between a number and its unit', () =>
  withPage('?route=GET+/search', 1280, async (page) => {
    for (const text of ['.answer', '.looking-at']) {
      const parts = page.locator(`${text} .num`)
      await parts.first().waitFor({ state: 'attached' })
      const told = await parts.evaluateAll((all) =>
        all.map((part) => `${part.textContent} ${getComputedStyle(part).whiteSpace}`),
      )
      assert.match(told[0], /\d (ms|s|µs|%|MiB) nowrap$/)
    }
  }))

test('the box that keys are at tells what a box under the pointer tells, by its name too', () =>
  withPage('?route=POST+/orders', 1280, async (page) => {
    await boxes(page)
    await page.locator('.flame-scroller').focus()
    await page.keyboard.press('ArrowDown')
    const told = page.locator('.tooltip')
    await told.filter({ hasText: `your code · ${PLACE}` }).waitFor()
    const text = (await told.innerText()).replace(/\s+/g, ' ')
    assert.match(text, /^groupBySimilarity .* Self 90\.0 ms .* Total 90\.0 ms .* 90$/)
    const name = await page.locator('.flame-cursor').getAttribute('aria-label')
    assert.match(name ?? '', new RegExp(`total 90.0 ms.*self 90.0 ms; 90 samples; your code; ${PLACE}$`))
    const [note, box] = await Promise.all([told.boundingBox(), page.locator('.flame-cursor').boundingBox()])
    assert.ok(note!.y >= box!.y + box!.height && note!.y < box!.y + box!.height + 10, 'just below its box')
    await page.keyboard.press('Escape')
    await told.waitFor({ state: 'detached' })
  }))

describe('what replaces a button with the focus is where reading goes on', () => {
  const cases: Record<string, FakeOptions> = {
    'of the bar that says that recording is paused': { requests: 20, recording: false },
    'of a page without routes': { requests: 0, recording: false },
  }
  for (const [what, options] of Object.entries(cases)) {
    test(`Record ${what}`, async () => {
      const paused = await startFakeServer(options)
      try {
        await withPage('', 1280, recordByKeys, paused.url)
      } finally {
        await paused.close()
      }
    })
  }

  async function recordByKeys(page: Page): Promise<void> {
    const record = page.locator('main').getByRole('button', { name: 'Record' })
    await record.focus()
    await page.keyboard.press('Enter')
    await record.waitFor({ state: 'detached' })
    await page.locator('h1:focus').waitFor()
  }

  test('Try again, where the routes could not be loaded', async () => {
    const routes = server.answers.get('api/routes')!
    server.answers.set('api/routes', { status: 500, body: { message: 'no' } })
    const { page } = await openPage(browser, server.url)
    try {
      const again = page.getByRole('button', { name: 'Try again' })
      await again.focus()
      server.answers.set('api/routes', routes)
      await page.keyboard.press('Enter')
      await page.locator('h1:focus', { hasText: 'Routes' }).waitFor()
    } finally {
      server.answers.set('api/routes', routes)
      await page.context().close()
    }
  })
})

test('the routes have a name, and the name of the way back is the route alone', () =>
  withPage('?route=GET+/search', 1280, async (page) => {
    await page.getByRole('link', { name: 'GET /search', exact: true }).first().waitFor()
    await page.locator('.functions tbody button').first().click()
    await page.getByRole('button', { name: 'Next hot line', exact: true }).waitFor()
    await page.goto(server.url)
    await page.getByRole('table', { name: 'Routes', exact: true }).waitFor()
  }))

test('no cell covers the ring around a row with the focus', () =>
  withPage('', 1280, async (page) => {
    await page.locator('.routes tbody a').first().focus()
    await page.keyboard.press('Tab')
    const atRing = await page.evaluate(() => {
      const link = document.activeElement!
      const { left, right, top } = link.closest('tr')!.querySelector('.own')!.getBoundingClientRect()
      return document.elementFromPoint((left + right) / 2, top + 0.5) === link
    })
    assert.ok(atRing)
  }))

/** All names differ in those of their letters that have room, beside the dots that stand for the others. */
async function differ(names: Locator): Promise<void> {
  const seen = await names.evaluateAll((all) =>
    all.map((name) => {
      const letters: string[] = []
      for (const part of name.querySelectorAll<HTMLElement>(':scope > span')) {
        const { left, right } = part.getBoundingClientRect()
        const dots = part.scrollWidth > part.clientWidth ? 14 : 0
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
        for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
          for (const [i, letter] of [...text.textContent!].entries()) {
            const range = document.createRange()
            range.setStart(text, i)
            range.setEnd(text, i + 1)
            const place = range.getBoundingClientRect()
            if (place.left >= left + dots - 1 && place.right <= right - dots + 1) letters.push(letter)
          }
        }
      }
      return letters.join('')
    }),
  )
  assert.equal(seen.length, urls.length)
  assert.equal(new Set(seen).size, seen.length, seen.join(', '))
}

async function withPage(
  query: string,
  width: number,
  run: (page: Page) => Promise<void>,
  from = server.url,
): Promise<void> {
  const viewport = { width, height: 900 }
  await onPage(openPage(browser, `${from}${query}`, { viewport }), ({ page }) => run(page))
}

test('a function without a name is told by its place, once', () =>
  withPage('?route=POST+/orders', 1280, async (page) => {
    const named = page.locator('.functions tbody button')
    await named.nth(3).waitFor()
    assert.deepEqual((await named.allInnerTexts()).slice(1), ['f\na.ts:1', 'a.ts:9', 'b.ts:3\nlib/deep'])
  }))

test('the parts of a sum have their signs within the panel, where they do not fit in one line either', async () => {
  for (const width of [1280, 720, 600, 480, 360]) {
    await withPage('?route=GET+/search', width, async (page) => {
      const sum = page.locator('.split-sum')
      await sum.waitFor()
      const { edge, signs } = await sum.evaluate((list) => ({
        edge: list.closest('.panel')!.getBoundingClientRect().left + 12,
        signs: [...list.children]
          .slice(1)
          .map(
            (part) =>
              part.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(part, '::before').left),
          ),
      }))
      assert.equal(signs.length, 4)
      for (const left of signs) assert.ok(left >= edge, `${left} of ${edge} at ${width}`)
    })
  }
})

test('numbers of a group stand in one line, however long their names are', () =>
  withPage('?route=GET+/search', 360, async (page) => {
    const group = page.locator('.numbers dl').first()
    await group
      .locator('dt')
      .nth(1)
      .evaluate((name) => {
        name.textContent = 'of the mean, after response'
        name.parentElement!.style.width = '60px'
      })
    const tops = await group
      .locator('dd')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
    assert.equal(new Set(tops).size, 1, `${tops}`)
  }))

test('phases keep their names on a phone', () =>
  withPage('?route=GET+/search', 320, async (page) => {
    const names = page.locator('.phases tbody th')
    await names.first().waitFor()
    const cut = await names.evaluateAll((all) =>
      all
        .filter((one) => one.querySelector('.muted') === null && one.scrollWidth > one.clientWidth)
        .map((one) => one.textContent),
    )
    assert.deepEqual(cut, [])
  }))
