import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { type Box, boxes, boxOf, type Opened, until } from './browser-page.ts'
import { HOSTILE } from './fake-app.ts'
import { bigProfile, profileOf } from './fake-data.ts'
import { fakeSource } from './fake-source.ts'
import { serveDashboard } from './served.ts'

const STACKS = `
main@app.ts:1;work@app.ts:10;sort 300000
main@app.ts:1;work@app.ts:10;work@app.ts:10 100000
start@app.ts:50;work@app.ts:10 100000
main@app.ts:1;${HOSTILE}@lib/"><b>x.ts:1 200000
main@app.ts:1 300000`

const ROUTE = '?route=GET+/products/:id'
/** What the hostile names would be, were they markup. */
const MARKUP = 'main img, main script, .function-panel b, .source-panel b'
const WORK = `${ROUTE}&function=work@app.ts:10:3`

const dashboard = serveDashboard(STACKS)
beforeEach(() => dashboard.server.answers.clear())
describe('a function', () => {
  test('opens from its row, its numbers are those of the row, and Back leads to the flame graph', () =>
    withPage(ROUTE, async ({ page }) => {
      await row(page, 'work').getByRole('button').click()
      const numbers = await textOf(page, '.function-numbers')
      assert.match(numbers, /Self 200 ms 20\.0 % Total 500 ms 50\.0 % Samples 500, 200 self/)
      assert.match(numbers, /4\d\.\d % to 5\d\.\d % of all$/)
      assert.match(new URL(page.url()).search, /function=work@app\.ts:10:3$/)
      assert.equal(await row(page, 'work').getByRole('button').getAttribute('aria-current'), 'true')
      await page.goBack()
      await page.locator('.flame-panel').waitFor()
      await page.goForward()
      await page.locator('.function-panel').waitFor()
      await page.reload()
      await page.locator('.function-panel').waitFor()
      await page.keyboard.press('Escape')
      await page.locator('.flame-panel').waitFor()
      assert.equal(page.url().includes('function='), false)
    }))

  test('shows its name below the header when it opens, on a window lower than its panel too', () =>
    withPage(
      ROUTE,
      async ({ page }) => {
        await row(page, 'work').getByRole('button').click()
        const title = page.locator('#function-title')
        await title.waitFor()
        const header = (await page.locator('header.top').boundingBox())!
        const { y } = (await title.boundingBox())!
        assert.ok(y >= header.y + header.height, `${y}`)
      },
      'is silent',
      { viewport: { width: 360, height: 460 } },
    ))

  test('has its exact calls where they are counted, also when no sample met it', async () => {
    const usual = dashboard.server.profileFor
    const profile = profileOf('GET /products/:id', STACKS, 12)
    const frames = [...profile.frames, { ...profile.frames[1], name: 'quick', line: 7 }]
    const work = frames.findIndex(({ name }) => name === 'work')
    const calls = {
      ...{ requests: 5, partly: 0, overlapped: 2, skipped: 0 },
      ...{ frame: [work, frames.length - 1, 1], count: [35, 700_000, 9], resumes: [false, false, true] },
    }
    dashboard.server.profileFor = () => ({ ...profile, frames, calls })
    try {
      await withPage(`${ROUTE}&hot=-calls`, async ({ page }) => {
        await row(page, 'quick').waitFor()
        const sentence = 'calls counted in 5 requests, not in 2 where routes overlapped'
        assert.ok((await textOf(page, '.panel-head:has(#hot-title) p')).endsWith(sentence))
        const cells = await page.locator('table.functions tbody tr td:nth-child(6)').allTextContents()
        assert.deepEqual(cells.slice(0, 4), ['700,000', '35', '≤ 9', '–'])
        await row(page, 'work').getByRole('button').click()
        assert.match(await textOf(page, '.function-numbers'), /Calls 35 7 per request/)
        await row(page, 'quick').getByRole('button').click()
        await page.getByRole('heading', { name: 'quick' }).waitFor()
        assert.match(
          await textOf(page, '.function-panel'),
          /Samples 0 Calls ≤? ?700,000 140,000 per request .* No sample caught it/,
        )
      })
    } finally {
      dashboard.server.profileFor = usual
    }
  })

  test('says how much of its self time is folded into it, where it is', async () => {
    const usual = dashboard.server.profileFor
    const library = 'main@app.ts:1;get@npm:some-db/lib/index.js:3'
    const stacks = `${library} 50000\n${library};parse@npm:some-db/lib/parse.js:9 150000`
    dashboard.server.profileFor = () => profileOf('GET /products/:id', stacks, 12)
    try {
      await withPage(ROUTE, async ({ page }) => {
        await row(page, 'get').getByRole('button').click()
        assert.match(
          await textOf(page, '.function-numbers'),
          /Self 200 ms 100 % 150 ms of it in folded calls Total/,
        )
      })
      dashboard.server.profileFor = () => profileOf('GET /products/:id', stacks.replace(/.* 50000\n/, ''), 12)
      await withPage(ROUTE, async ({ page }) => {
        await row(page, 'get').getByRole('button').click()
        const numbers = await textOf(page, '.function-numbers')
        assert.match(numbers, /Self 150 ms 100 % all of it in folded calls Total .* Samples 150, all self/)
      })
      dashboard.server.profileFor = () => profileOf('GET /products/:id', stacks, 12)
      await withPage(`${ROUTE}&all`, async ({ page }) => {
        await row(page, 'get').getByRole('button').click()
        assert.match(await textOf(page, '.function-numbers'), /Self 50\.0 ms 25\.0 % Total/)
      })
    } finally {
      dashboard.server.profileFor = usual
    }
  })

  test('has bars of one scale for its callers and its callees, whatever numbers stand above them', async () => {
    const usual = dashboard.server.profileFor
    const stacks = 'main@app.ts:1;work@app.ts:10 999400\nmain@app.ts:1;work@app.ts:10;sort 400'
    dashboard.server.profileFor = () => profileOf('GET /products/:id', stacks, 12)
    try {
      for (const width of [1440, 360]) {
        await withPage(
          WORK,
          async ({ page }) => {
            const cells = page.locator('.neighbours td')
            await cells.first().waitFor()
            assert.deepEqual(await cells.allInnerTexts(), ['1.00 s 100 %', '999 ms >99.9 %', '400 µs <0.1 %'])
            const widths = await cells.locator('.bar').evaluateAll((all) => all.map((bar) => bar.clientWidth))
            assert.deepEqual(widths, [widths[0], widths[0], widths[0]])
          },
          'is silent',
          { viewport: { width, height: 900 } },
        )
      }
    } finally {
      dashboard.server.profileFor = usual
    }
  })

  test('opens from a box of the flame graph: by the key, and by name when it is zoomed', () =>
    withPage(ROUTE, async ({ page }) => {
      const work = boxOf(await boxes(page), 'work')
      await page.mouse.click(work.x + work.width / 2, work.y + work.height / 2)
      await page.getByRole('button', { name: 'Open work' }).click()
      await page.getByRole('heading', { name: 'work' }).waitFor()
      await page.goBack()
      await boxes(page)
      await page.locator('.flame-scroller').focus()
      await page.keyboard.press('o')
      await page.getByRole('heading', { name: 'work' }).waitFor()
    }))

  test('stands below its callers and above what it calls, as wide as their time; recursion is one box', () =>
    withPage(WORK, async ({ page }) => {
      const all = await butterflyBoxes(page)
      const own = all.find(({ id }) => id === 'callees-0')!
      const named = (name: string) => all.find(({ label }) => label === name)!
      assert.deepEqual(all.map(({ label }) => label).sort(), ['main', 'sort', 'start', 'work'])
      const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1.5, `${a} is not ${b}`)
      near(named('main').width, own.width * 0.8)
      near(named('start').width, own.width * 0.2)
      near(named('sort').width, own.width * 0.6)
      near(named('main').x, own.x)
      near(named('start').x, own.x + own.width * 0.8)
      near(named('main').y + named('main').height, own.y)
      near(named('sort').y, own.y + own.height)
      assert.ok(all.every(({ label, shown }) => shown === label))
      assert.deepEqual(await lists(page), [
        ['main app.ts:1 400 ms 80.0 %', 'start app.ts:50 100 ms 20.0 %'],
        ['sort native 300 ms 60.0 %', 'itself 200 ms 40.0 %'],
      ])
    }))

  test('leads to its callers and to what it calls, by mouse and by keyboard', () =>
    withPage(WORK, async ({ page }) => {
      await page.locator('.butterfly-box', { hasText: 'start' }).click()
      await page.getByRole('heading', { name: 'start' }).waitFor()
      await page.locator('.neighbours').last().getByRole('button', { name: 'work' }).click()
      await page.getByRole('heading', { name: 'work' }).waitFor()
      await page.locator('#callees-0').focus()
      await page.keyboard.press('ArrowUp')
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'main')
      await page.keyboard.press('ArrowRight')
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'start')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'sort')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'sort' }).waitFor()
      await page.getByText('native: this is not code of your application').waitFor()
    }))

  test('takes the focus when it opens, and not when its profile is made anew with its frames in another order', () =>
    withPage(WORK, async ({ page }) => {
      const focused = () => page.evaluate(() => document.activeElement?.id)
      await until(async () => (await focused()) === 'function-title', 'the title has the focus')
      const usual = dashboard.server.profileFor
      dashboard.server.profileFor = () =>
        profileOf('GET /products/:id', `first@app.ts:2 1000\n${STACKS.trim()}`, 12)
      dashboard.server.answers.set('api/profile', { status: 0, body: null, delayMs: 300 })
      try {
        await page.keyboard.press('r')
        await page.getByRole('searchbox', { name: 'Filter functions' }).focus()
        await row(page, 'first').waitFor()
        await page.waitForTimeout(100)
        assert.notEqual(await focused(), 'function-title')
        await page.keyboard.type('work')
        await page.waitForFunction(() => location.search.includes('find=work'))
      } finally {
        dashboard.server.profileFor = usual
      }
    }))

  test('gives the focus back where it closes: to its row, or to the graph', () =>
    withPage(ROUTE, async ({ page }) => {
      const focused = (selector: string) => page.locator(`${selector}:focus`).waitFor()
      const button = row(page, 'work').getByRole('button')
      await button.focus()
      await page.keyboard.press('Enter')
      await focused('#function-title')
      await page.keyboard.press('Escape')
      await until(() => button.evaluate((one) => one === document.activeElement), 'its row has the focus')
      await page.locator('.flame-scroller').focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('o')
      await focused('#function-title')
      await page.keyboard.press('Escape')
      await focused('.flame-scroller')
    }))

  test('is as wide as its time however little that is, and then without a letter', () =>
    withPage(WORK, async ({ page }) => {
      const usual = dashboard.server.profileFor
      const calls = Array.from(
        { length: 50 },
        (_, i) => `work@app.ts:10;callee${i}@lib/c.ts:${i + 1} ${5000 + i}`,
      )
      dashboard.server.profileFor = () => profileOf('GET /products/:id', calls.join('\n'), 12)
      try {
        await page.reload()
        const all = await butterflyBoxes(page)
        assert.equal(all.length, 51)
        const own = all.find(({ id }) => id === 'callees-0')!
        for (const { width, shown, label } of all.filter((box) => box !== own)) {
          assert.ok(Math.abs(width - own.width / 50) < 1, `${label}: ${width} of ${own.width}`)
          assert.equal(shown, '')
        }
        await page.getByRole('button', { name: /^callee7: 5\.01 ms, 2\.0 % of all$/ }).click()
        await page.getByRole('heading', { name: 'callee7' }).waitFor()
      } finally {
        dashboard.server.profileFor = usual
      }
    }))

  test('of a profile of 100,000 nodes keeps to a few hundred boxes', () =>
    withPage(ROUTE, async ({ page }) => {
      dashboard.server.profileFor = () => bigProfile(100_000)
      try {
        await page.reload()
        await page.getByRole('heading', { name: 'Hot functions' }).scrollIntoViewIfNeeded()
        await page.locator('.functions tbody tr button').first().click()
        await page.locator('#callees-0').waitFor()
        const count = await page.locator('.butterfly-box').count()
        assert.ok(count > 20 && count < 600, `${count} boxes`)
      } finally {
        dashboard.server.profileFor = () => profileOf('GET /products/:id', STACKS, 12)
      }
    }))

  test('that is not there says so, and leads back', () =>
    withPage(`${ROUTE}&function=gone@x.ts:1:1`, async ({ page }) => {
      await page.getByText('This function is not in the profile').waitFor()
      await page.getByRole('button', { name: 'Back to the flame graph' }).click()
      await page.locator('.flame-panel').waitFor()
    }))
})

describe('its source', () => {
  test('shows the hottest line in the middle, with its cost, and the total where a function begins', () =>
    withPage(WORK, async ({ page }) => {
      await page.locator('.code-line.active').waitFor()
      assert.match(await textOf(page, '.code-line.active'), /^12 120 ms 12\.0 % /)
      assert.match(await textOf(page, '.code-line:has(.code-total) >> nth=1'), /^10 ƒ 500 ms /)
      const [line, scroller] = await Promise.all([
        page.locator('.code-line.active').boundingBox(),
        page.locator('.code-scroller').boundingBox(),
      ])
      assert.ok(line!.y > scroller!.y && line!.y + line!.height < scroller!.y + scroller!.height)
      // Of main, start and work: what has no line.
      assert.match(await textOf(page, '.source-note'), /^50\.0 ms of this file cannot be placed: V8 or/)
    }))

  test('leads through the hot lines by cost, and the URL says where', () =>
    withPage(WORK, async ({ page }) => {
      await page.locator('.code-line.active').waitFor()
      const active = () => page.locator('.code-line.active .code-number').innerText()
      const status = () => page.locator('.hot-steps [role=status]').innerText()
      const press = async (key: string, line: string) => {
        await page.keyboard.press(key)
        await page.waitForFunction((wanted) => location.search.endsWith(`line=${wanted}`), line)
        assert.equal(await active(), line)
      }
      assert.equal(await status(), 'line 12: no. 2 of 4')
      await press('n', '6')
      await press('N', '12')
      await press('N', '3')
      assert.equal(await status(), 'line 3: the hottest of 4')
      await page.reload()
      await page.locator('.code-line.active').waitFor()
      assert.equal(await active(), '3')
    }))

  test('marks the line where colours are forced too', () =>
    withPage(WORK, async ({ page }) => {
      const cell = page.locator('.code-line.active td')
      await cell.waitFor()
      const outline = () => cell.evaluate((element) => getComputedStyle(element).outlineStyle)
      assert.equal(await outline(), 'none')
      await page.emulateMedia({ forcedColors: 'active' })
      assert.equal(await outline(), 'solid')
    }))

  test('comes back to a hot line that is the only one', () =>
    withPage(ROUTE, async ({ page }) => {
      const usual = dashboard.server.profileFor
      const profile = profileOf('GET /products/:id', 'work@app.ts:10 900000', 12)
      const at = profile.frames.findIndex(({ name }) => name === 'work')
      const lines = { node: [1], line: [12], selfUs: [900_000], samples: [900] }
      dashboard.server.profileFor = () => ({ ...profile, lines })
      const body = { ...fakeSource('app.ts'), text: 'line\n'.repeat(500) }
      dashboard.server.answers.set('api/source', { status: 200, body })
      try {
        assert.equal(at, 1)
        await page.goto(`${dashboard.server.url}${WORK}`)
        const active = page.locator('.code-line.active')
        await active.waitFor()
        await page.keyboard.press('n')
        await page.waitForFunction(() => location.search.includes('line=12'))
        const scroller = page.locator('.code-scroller')
        await scroller.evaluate((element) => element.scrollTo(0, 5000))
        await active.waitFor({ state: 'detached' })
        await page.keyboard.press('n')
        await active.waitFor()
      } finally {
        dashboard.server.profileFor = usual
      }
    }))

  test('is coloured, its text is text, and names that are markup stay names', () =>
    withPage(WORK, async ({ page }) => {
      await page.locator('.token-keyword').first().waitFor()
      const of = (kind: string) => page.locator(`.token-${kind}`).first().innerText()
      assert.deepEqual(
        [await of('comment'), await of('keyword'), await of('number'), await of('regexp')],
        ['/** Groups rows by key. */', 'export', '0x10', '/^a+$/'],
      )
      const fake = fakeSource('app.ts').text.split('\n')
      for (const line of await page.locator('.code-line').all()) {
        const number = Number(await line.locator('.code-number').innerText())
        assert.equal(await line.locator('td').textContent(), fake[number - 1])
      }
      await row(page, HOSTILE).getByRole('button').click()
      await page.getByRole('heading', { name: HOSTILE }).waitFor()
      assert.equal(await page.locator(MARKUP).count(), 0)
      await page.reload()
      await page.getByRole('heading', { name: HOSTILE }).waitFor()
      assert.equal(await page.locator(MARKUP).count(), 0)
    }))

  test('opens in the editor at the line that is shown', () =>
    withPage(WORK, async ({ page }) => {
      const link = page.getByRole('link', { name: 'Open in VS Code' })
      assert.equal(await link.getAttribute('href'), 'vscode://file/srv/app/app.ts:12:1')
      await page.keyboard.press('n')
      await page.waitForFunction(() => location.search.includes('line='))
      assert.equal(await link.getAttribute('href'), 'vscode://file/srv/app/app.ts:6:1')
    }))

  test('of 100,000 lines keeps to those on the screen, and to what of them can be read', () =>
    withPage(WORK, async ({ page }) => {
      const text = Array.from({ length: 100_000 }, (_, i) => `const x${i} = ${i}`).join('\n')
      const body = { ...fakeSource('app.ts'), text: `${'y'.repeat(100_000)}\n${text}`, editor: null }
      dashboard.server.answers.set('api/source', { status: 200, body })
      await page.reload()
      await page.locator('.code-line.active').waitFor()
      assert.ok((await page.locator('.code-line').count()) < 80)
      assert.equal(await page.locator('.code').getAttribute('aria-rowcount'), '100002')
      const first = page.locator('.code-line').first()
      await page.locator('.code-scroller').evaluate((element) => element.scrollTo(0, 0))
      await page.waitForFunction(() => document.querySelector('.code-number')?.textContent === '1')
      assert.equal((await first.locator('td').innerText()).length, 1001)
      await page.locator('.code-scroller').evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await page.getByText('const x99999 = 99999').waitFor()
      assert.equal(await page.getByRole('link', { name: /Open in/ }).count(), 0)
    }))

  test('that changed, or that there is none of, says so', () =>
    withPage(
      WORK,
      async ({ page }) => {
        dashboard.server.answers.set('api/source', {
          status: 200,
          body: { ...fakeSource('app.ts'), changed: true },
        })
        await page.reload()
        await page.getByText('The file has changed since its code was loaded').waitFor()
        const message = '"app.ts" lies outside of the application'
        const problem = { statusCode: 404, code: 'FST_PROFILER_NO_SOURCE', error: 'Not Found', message }
        dashboard.server.answers.set('api/source', { status: 404, body: problem })
        await page.reload()
        await page.getByText(message).waitFor()
      },
      'complains',
    ))

  test('fits into a narrow window', () =>
    withPage(
      WORK,
      async ({ page }) => {
        await page.locator('.code-line.active').waitFor()
        const wide = await page.evaluate(() => document.documentElement.scrollWidth)
        assert.equal(wide, 360)
      },
      'is silent',
      { viewport: { width: 360, height: 800 } },
    ))
})

async function withPage(
  query: string,
  run: (opened: Opened) => Promise<void>,
  browserThen: 'is silent' | 'complains' = 'is silent',
  options?: BrowserContextOptions,
): Promise<void> {
  const opened = await dashboard.open(query, options)
  try {
    await run(opened)
    if (browserThen === 'is silent') assert.deepEqual(opened.complaints(), [])
  } finally {
    await opened.page.context().close()
  }
}

function row(page: Page, name: string) {
  return page.locator('.functions tr', { hasText: name }).first()
}

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).innerText()).replace(/\s+/g, ' ').trim()
}

async function lists(page: Page): Promise<string[][]> {
  const tables = await page.locator('.neighbours').all()
  return Promise.all(
    tables.map(async (table) =>
      (await table.locator('tr').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
    ),
  )
}

async function butterflyBoxes(
  page: Page,
): Promise<(Pick<Box, 'id' | 'label' | 'x' | 'y' | 'width' | 'height'> & { readonly shown: string })[]> {
  await page.locator('#callees-0').waitFor()
  return page.locator('.butterfly-box').evaluateAll((elements) =>
    elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      const shown = (element as HTMLElement).innerText
      return { id: element.id, label: element.textContent ?? '', shown, x, y, width, height }
    }),
  )
}
