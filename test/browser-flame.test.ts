import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Box, boxes, boxOf, type Opened, onPage, until } from './browser-page.ts'
import { HOSTILE } from './fake-app.ts'
import { bigProfile, profileOf } from './fake-data.ts'
import { serveDashboard } from './served.ts'

const STACKS = `
main@app.ts:1;work@app.ts:10;sort 300000
main@app.ts:1;work@app.ts:10;work@app.ts:10 100000
main@app.ts:1;work@app.ts:10 100000
main@app.ts:1;(anonymous)@lib/rows.ts:7 200000
lookup@npm:some-db/lib/index.js:3 300000`

const ROUTE = '?route=GET+/products/:id'

const dashboard = serveDashboard(STACKS)
describe('the picture', () => {
  test('a box lies right under its caller and inside it, and boxes of a row do not overlap', () =>
    withPage(async ({ page }) => {
      const all = await boxes(page)
      assert.equal(all.length, 7)
      for (const box of all) {
        const parent = all.find(({ id }) => id === box.parent)
        if (box.level === 1) continue
        assert.ok(parent, `${box.label} has its caller in view`)
        assert.equal(Math.round(box.y), Math.round(parent.y + parent.height), box.label)
        assert.ok(box.x >= parent.x - 0.01, box.label)
        assert.ok(box.x + box.width <= parent.x + parent.width + 0.01, box.label)
      }
      for (const [a, b] of pairs(all)) {
        if (a.level === b.level) assert.ok(a.x + a.width <= b.x + 0.01 || b.x + b.width <= a.x + 0.01)
      }
    }))

  test('width is proportional to time, the dearest child is on the left', () =>
    withPage(async ({ page }) => {
      const all = await boxes(page)
      const whole = boxOf(all, 'GET /products/:id')
      const share = (name: string) => boxOf(all, name).width / whole.width
      assert.ok(near(share('main'), 0.7), String(share('main')))
      assert.ok(near(share('work'), 0.5))
      assert.ok(near(share('sort'), 0.3))
      assert.ok(near(share('lookup'), 0.3))
      assert.ok(boxOf(all, 'main').x < boxOf(all, 'lookup').x)
      assert.ok(boxOf(all, 'sort').x === boxOf(all, 'work').x)
    }))

  test('the canvas has the colours of the boxes where the boxes are', () =>
    withPage(async ({ page }) => {
      const all = await boxes(page)
      const mine = await colourAt(page, boxOf(all, 'main'))
      const others = await colourAt(page, boxOf(all, 'lookup'))
      const native = await colourAt(page, boxOf(all, 'sort'))
      assert.ok(mine[0] > mine[2] + 40, `your own code is warm: ${mine}`)
      assert.ok(others[2] > others[0] + 15, `packages are cool: ${others}`)
      assert.ok(Math.max(...native) - Math.min(...native) < 25, `native code is grey: ${native}`)
    }))

  test('a function without a name is called by its place, recursion is counted once', () =>
    withPage(async ({ page }) => {
      assert.ok(boxOf(await boxes(page), 'rows.ts:7'))
      const row = page.locator('.functions tr', { hasText: 'work' })
      assert.match(await row.innerText(), /200\sms\s+20\.0\s%\s+500\sms\s+50\.0\s%/)
    }))

  test('a name ends before the mark that opens its box', () =>
    withPage(async ({ page }) => {
      const usual = dashboard.server.profileFor
      const stacks = Array.from({ length: 12 }, (_, i) => {
        const call = `openConnection${i}@npm:some-db/lib/index.js:${i + 1}`
        return `main@app.ts:1;${call};inner${i}@npm:some-db/lib/b.js:9 ${10_000 + i * 3000}`
      })
      dashboard.server.profileFor = () => profileOf('GET /products/:id', stacks.join('\n'), 12)
      try {
        await page.addInitScript(`
          window.drawn = []
          const { fillText } = CanvasRenderingContext2D.prototype
          CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
            drawn.push({ text, x, y, right: x + this.measureText(text).width })
            fillText.call(this, text, x, y)
          }`)
        await page.reload()
        await page.locator('.flame-box .fold-mark').first().waitFor()
        const graph = (await page.locator('.flame-scroller').boundingBox())!
        const all: { text: string; x: number; y: number; right: number }[] = await page.evaluate('drawn')
        const cut = all.filter(({ text }) => text.startsWith('open') && text.endsWith('…'))
        assert.ok(cut.length > 0)
        for (const mark of await page.locator('.flame-box .fold-mark').all()) {
          const { x, y, height } = (await mark.boundingBox())!
          const [left, middle] = [x - graph.x, y + height / 2 - graph.y]
          const over = all.find((name) => Math.abs(name.y - middle) < 5 && name.x < left && name.right > left)
          assert.equal(over?.text, undefined)
        }
      } finally {
        dashboard.server.profileFor = usual
      }
    }))

  test('hovering says name, place, self, total and samples', () =>
    withPage(async ({ page }) => {
      await page.mouse.move(...middle(boxOf(await boxes(page), 'work')))
      const text = (await page.locator('.tooltip').innerText()).replace(/\s+/g, ' ')
      assert.match(text, /^work your code · app.ts:10 /)
      assert.match(text, /Self 100 ms 10\.0 % 100 Total 500 ms 50\.0 % 500$/)
      await page.mouse.move(5, 5)
      await page.locator('.tooltip').waitFor({ state: 'detached' })
    }))

  test('bottom-up shows where time went, and who called it below', () =>
    withPage(async ({ page }) => {
      await page.getByRole('button', { name: 'Bottom-up' }).click()
      const all = await boxes(page)
      const sort = boxOf(all, 'sort')
      assert.equal(sort.level, 2)
      const caller = all.find((box) => box.parent === sort.id)
      assert.match(caller?.label ?? '', /^work: 300 ms, 30\.0 %/)
      assert.match(page.url(), /inverted/)
    }))

  test('100,000 nodes keep to 201 elements', () =>
    withPage(async ({ page }) => {
      dashboard.server.profileFor = () => bigProfile(100_000)
      await page.keyboard.press('r')
      await page.waitForFunction(() => document.querySelectorAll('.flame-box').length > 100)
      assert.ok((await boxes(page)).length <= 201)
      await page.getByRole('heading', { name: 'Hot functions' }).scrollIntoViewIfNeeded()
      await page.locator('.functions tbody tr').nth(5).waitFor()
      const rows = await page.locator('.functions tbody tr').count()
      assert.ok(rows > 5 && rows < 60, `${rows} rows exist`)
      dashboard.server.profileFor = () => profileOf('GET /products/:id', STACKS, 12)
    }))
})

describe('zoom', () => {
  test('a click zooms, the URL says so, Back and Forward follow, a reload shows the same', () =>
    withPage(async ({ page }) => {
      await page.mouse.click(...middle(boxOf(await boxes(page), 'work')))
      const zoomed = await boxes(page)
      const graph = await widthOfGraph(page)
      assert.ok(near(boxOf(zoomed, 'work').width / graph, 1))
      assert.ok(near(boxOf(zoomed, 'sort').width / graph, 0.6))
      assert.match(page.url(), /zoom=/)

      await page.reload()
      assert.deepEqual(names(await boxes(page)), names(zoomed))
      await page.goBack()
      assert.ok(near(boxOf(await boxes(page), 'work').width / graph, 0.5))
      await page.goForward()
      assert.ok(near(boxOf(await boxes(page), 'work').width / graph, 1))
    }))

  test('a double click, Escape and the path lead back out', () =>
    withPage(async ({ page }) => {
      const all = await boxes(page)
      const graph = await widthOfGraph(page)
      const isWhole = async () => near(boxOf(await boxes(page), 'main').width / graph, 0.7)
      await page.mouse.click(...middle(boxOf(all, 'sort')))
      await boxes(page)
      assert.equal(await isWhole(), false)
      await page.keyboard.press('Escape')
      assert.equal(await isWhole(), true)
      await page.mouse.click(...middle(boxOf(all, 'sort')))
      await page.getByRole('navigation', { name: 'Zoomed to' }).getByText('work').first().click()
      assert.ok(near(boxOf(await boxes(page), 'work').width / graph, 1))
      await page.mouse.dblclick(...middle(boxOf(await boxes(page), 'sort')))
      assert.equal(await isWhole(), true)
      assert.doesNotMatch(page.url(), /zoom=/)
    }))

  test('a step of a long path stays the same button when it is taken', () =>
    withPage(async ({ page }) => {
      const usual = dashboard.server.profileFor
      const stack = [...'abcdefg'].map((name) => `${name}@app.ts:1`).join(';')
      dashboard.server.profileFor = () => profileOf('GET /products/:id', `${stack} 900000`, 12)
      try {
        await page.keyboard.press('r')
        await until(async () => (await boxes(page)).length === 8, 'eight boxes')
        await page.mouse.click(...middle(boxOf(await boxes(page), 'g')))
        const path = page.getByRole('navigation', { name: 'Zoomed to' })
        await path.getByText('… 3 more').waitFor()
        const step = (await path.getByText('e', { exact: true }).elementHandle())!
        await step.press('Enter')
        await path.getByText('b', { exact: true }).waitFor()
        assert.ok(await step.evaluate((element) => element === document.activeElement))
      } finally {
        dashboard.server.profileFor = usual
      }
    }))

  test('the plain wheel scrolls, with Ctrl it zooms on the pointer, with Shift it pans; the URL keeps the view', () =>
    withPage(async ({ page }) => {
      const first = await boxes(page)
      const [x, y] = middle(boxOf(first, 'lookup'))
      await page.mouse.move(x, y)
      await page.mouse.wheel(0, 30)
      assert.deepEqual(widths(await boxes(page)), widths(first))

      await page.keyboard.down('Control')
      await page.mouse.wheel(0, -200)
      await page.keyboard.up('Control')
      const closer = await boxes(page)
      const box = boxOf(closer, 'lookup')
      assert.ok(box.width > boxOf(first, 'lookup').width)
      assert.ok(box.x < x && x < box.x + box.width, 'still under the pointer')

      await page.keyboard.down('Shift')
      await page.mouse.wheel(0, -100)
      await page.keyboard.up('Shift')
      const moved = await boxes(page)
      assert.ok(boxOf(moved, 'lookup').x > boxOf(closer, 'lookup').x + 50, 'panned to the left')
      assert.match(page.url(), /range=/)
      await page.reload()
      assert.deepEqual(widths(await boxes(page)), widths(moved))
    }))

  test('a large picture has a map of all of it: its frame is what is seen, and drags it along', () =>
    withPage(async ({ page }) => {
      assert.equal(await page.locator('.minimap').count(), 0, 'a small picture needs none')
      dashboard.server.profileFor = () => bigProfile(2000)
      await page.keyboard.press('r')
      const map = page.locator('.minimap')
      await map.waitFor()
      const share = async () => {
        const [all, frame] = [
          (await map.boundingBox())!,
          (await page.locator('.minimap-frame').boundingBox())!,
        ]
        return { from: (frame.x - all.x) / all.width, width: frame.width / all.width, x: all.x, y: all.y }
      }
      const before = await share()
      assert.ok(near(before.width, 1))
      const all = (await map.boundingBox())!.width
      await page.mouse.move(before.x + all / 2, before.y + 150)
      await page.keyboard.down('Control')
      for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -120)
      await page.keyboard.up('Control')
      await boxes(page)
      const zoomed = await share()
      assert.ok(zoomed.width < 0.5, String(zoomed.width))
      const y = zoomed.y + 10
      const x = zoomed.x + (zoomed.from + zoomed.width / 2) * all
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x - 100, y, { steps: 5 })
      await page.mouse.up()
      await boxes(page)
      const moved = await share()
      assert.ok(Math.abs(moved.from - (zoomed.from - 100 / all)) < 0.01, `${moved.from} of ${zoomed.from}`)
      assert.ok(near(moved.width, zoomed.width))
      assert.match(page.url(), /range=/)
      dashboard.server.profileFor = () => profileOf('GET /products/:id', STACKS, 12)
    }))

  test('dragging pans and is no click', () =>
    withPage(async ({ page }) => {
      await page.mouse.click(...middle(boxOf(await boxes(page), 'sort')))
      const zoomed = await boxes(page)
      const url = new URL(page.url()).searchParams.get('zoom')
      const [x, y] = middle(boxOf(zoomed, 'sort'))
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x - 150, y, { steps: 4 })
      await page.mouse.up()
      assert.notDeepEqual(widths(await boxes(page)), widths(zoomed))
      assert.equal(new URL(page.url()).searchParams.get('zoom'), url)
    }))

  test('a double click is one step at most that Back undoes', () =>
    withPage(async ({ page }) => {
      const steps = () => page.evaluate(() => history.length)
      const before = await steps()
      await page.mouse.dblclick(...middle(boxOf(await boxes(page), 'sort')))
      await boxes(page)
      assert.ok((await steps()) <= before + 1)
      assert.doesNotMatch(page.url(), /zoom=/)
    }))

  test('a drag that ends outside has ended', () =>
    withPage(async ({ page }) => {
      await page.mouse.click(...middle(boxOf(await boxes(page), 'sort')))
      await boxes(page)
      const graph = (await page.locator('.flame-scroller').boundingBox())!
      const x = graph.x + graph.width / 2
      await page.mouse.move(x, graph.y + 2)
      await page.mouse.down()
      await page.mouse.move(x, graph.y - 60)
      await page.mouse.up()
      const before = widths(await boxes(page))
      await page.mouse.move(x, graph.y + 30)
      await page.mouse.move(x - 150, graph.y + 30, { steps: 5 })
      await page.waitForTimeout(300)
      assert.deepEqual(widths(await boxes(page)), before)
    }))

  test('is drawn anew for a screen of finer pixels', () =>
    withPage(async ({ page }) => {
      await boxes(page)
      const scale = () =>
        page.locator('.flame-scroller canvas').evaluate((element) => {
          const canvas = element as HTMLCanvasElement
          return canvas.width / canvas.clientWidth
        })
      assert.equal(await scale(), 1)
      const screen = await page.context().newCDPSession(page)
      for (const deviceScaleFactor of [2, 3]) {
        // Chromium tells it with the next change of the window's size; the graph keeps its own.
        const size = { width: 1280, height: 900 + deviceScaleFactor, mobile: false }
        await screen.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor })
        await until(async () => (await scale()) === deviceScaleFactor, 'the canvas is as fine')
      }
    }))
})

describe('keys', () => {
  test('arrows go to the dearest callee, the neighbour and the caller; Enter zooms', () =>
    withPage(async ({ page }) => {
      await boxes(page)
      await page.locator('.flame-scroller').focus()
      assert.equal(await cursor(page), 'GET /products/:id')
      await press(page, 'ArrowDown', 'main')
      await press(page, 'ArrowRight', 'lookup')
      await press(page, 'ArrowLeft', 'main')
      await press(page, 'ArrowDown', 'work')
      await press(page, 'ArrowRight', 'rows.ts:7')
      await press(page, 'ArrowUp', 'main')
      await press(page, 'Home', 'GET /products/:id')
      await press(page, 'ArrowDown', 'main')
      await page.keyboard.press('Enter')
      assert.ok(near(boxOf(await boxes(page), 'main').width / (await widthOfGraph(page)), 1))
    }))

  test('/ leads to the search, which says its share and marks the boxes; a letter typed there is no command', () =>
    withPage(async ({ page }) => {
      const plain = await colourAt(page, boxOf(await boxes(page), 'lookup'))
      await page.keyboard.press('/')
      await page.keyboard.type('SORT')
      assert.match(await page.locator('.found').innerText(), /^30\.0 % in 1 function$/)
      assert.match(page.url(), /search=SORT/)
      const all = await boxes(page)
      const match = await colourAt(page, boxOf(all, 'sort'))
      assert.ok(match[0] > match[1] + 60 && match[2] > match[1] + 20, `a match is pink: ${match}`)
      assert.notDeepEqual(await colourAt(page, boxOf(all, 'lookup')), plain, 'the rest fades')
      assert.equal(await page.locator('html').getAttribute('data-theme'), 'light')
      await page.keyboard.press('Escape')
      assert.equal(await page.locator('.found').count(), 0)
    }))

  test('the same as a table: opened, closed and zoomed by keys', () =>
    withPage(async ({ page }) => {
      await page.getByRole('button', { name: 'Table' }).click()
      const grid = page.getByRole('treegrid', { name: 'Call tree' })
      const rows = () => grid.locator('tbody .function-name').allInnerTexts()
      const whole = ['GET /products/:id', 'main', 'work', 'sort', 'work', 'rows.ts:7', 'lookup']
      assert.deepEqual(await rows(), whole)
      const root = grid.getByRole('row', { level: 1, expanded: true })
      await root.getByRole('rowheader', { name: 'GET /products/:id' }).waitFor()
      assert.equal(await root.getByRole('gridcell').count(), 3)
      assert.equal(await grid.getByRole('columnheader').count(), 4)
      await grid.focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowLeft')
      assert.deepEqual(await rows(), ['GET /products/:id', 'main', 'lookup'])
      await page.keyboard.press('ArrowRight')
      assert.deepEqual(await rows(), whole)
      await page.keyboard.press('Enter')
      assert.deepEqual(await rows(), whole.slice(1, 6))
      assert.match(await grid.locator('tbody tr').first().innerText(), /700\sms\s+70\.0\s%/)
    }))
})

describe('a profile that is made anew', () => {
  const other = `
extra@app.ts:90 1200000
${STACKS.trim()}`
  const renewed = async (page: Page, run: () => Promise<void>) => {
    const usual = dashboard.server.profileFor
    dashboard.server.profileFor = () => profileOf('GET /products/:id', other, 12)
    try {
      await page.keyboard.press('r')
      await page.locator('.functions tr', { hasText: 'extra' }).first().waitFor({ state: 'attached' })
      await run()
    } finally {
      dashboard.server.profileFor = usual
    }
  }

  test('leaves open what is open in its table, and closed what was closed', () =>
    withPage(async ({ page }) => {
      await page.getByRole('button', { name: 'Table' }).click()
      const grid = page.getByRole('treegrid', { name: 'Call tree' })
      const rows = () => grid.locator('tbody .function-name').allInnerTexts()
      await grid.getByText('work').first().click()
      const before = ['GET /products/:id', 'main', 'work', 'rows.ts:7', 'lookup']
      assert.deepEqual(await rows(), before)
      // The click has led the keys there.
      const active = () => grid.locator('tr.active .function-name').innerText()
      assert.equal(await active(), 'work')
      await renewed(page, async () => {
        await until(async () => (await rows())[1] === 'extra', 'another order')
        assert.deepEqual(await rows(), ['GET /products/:id', 'extra', 'main', 'work', 'rows.ts:7', 'lookup'])
        assert.equal(await active(), 'work')
      })
    }))

  test('leaves the keys where they are, or at the nearest caller that is still there', () =>
    withPage(async ({ page }) => {
      await boxes(page)
      await page.locator('.flame-scroller').focus()
      for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
      await press(page, 'ArrowRight', 'rows.ts:7')
      const before = boxOf(await boxes(page), 'rows.ts:7').id
      await renewed(page, async () => {
        const now = boxOf(await boxes(page), 'rows.ts:7').id
        assert.notEqual(now, before)
        assert.equal(await cursor(page), 'rows.ts:7')
        dashboard.server.profileFor = () =>
          profileOf('GET /products/:id', 'extra@app.ts:90 1200000\nmain@app.ts:1 1000', 12)
        await page.keyboard.press('r')
        await until(async () => (await boxes(page)).length === 3, 'three boxes')
        assert.equal(await cursor(page), 'main')
      })
      await page.locator('.flame-scroller').press('Enter')
      await page.getByRole('navigation', { name: 'Zoomed to' }).getByText('main').waitFor()
    }))

  test('has nothing to say of what was under the pointer', () =>
    withPage(async ({ page }) => {
      await page.mouse.move(...middle(boxOf(await boxes(page), 'work')))
      await page.locator('.tooltip').waitFor()
      await renewed(page, () => page.locator('.tooltip').waitFor({ state: 'detached' }))
    }))
})

describe('what others wrote', () => {
  test('names of functions and files are text and nothing else, wherever they stand', () =>
    withPage(async ({ page, complaints }) => {
      dashboard.server.profileFor = undefined
      await page.goto(`${dashboard.server.url}?route=GET+/articles/:slug`)
      const hostile = boxOf(await boxes(page), HOSTILE)
      await page.mouse.move(...middle(hostile))
      assert.ok((await page.locator('.tooltip-name').innerText()).includes('<img'))
      await page.getByRole('button', { name: 'Table' }).click()
      assert.ok((await page.locator('.call-tree').innerText()).includes('</script>'))
      assert.equal(await page.locator('img, script:not([src])').count(), 0)
      assert.deepEqual(complaints(), [])
      dashboard.server.profileFor = () => profileOf('GET /products/:id', STACKS, 12)
    }))
})

async function withPage(run: (opened: Opened) => Promise<void>): Promise<void> {
  await onPage(dashboard.open(ROUTE), run)
}

function pairs<Item>(items: readonly Item[]): [Item, Item][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [Item, Item] => [a, b]))
}

function middle({ x, y, width, height }: Box): [number, number] {
  return [x + width / 2, y + height / 2]
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.004
}

function names(all: readonly Box[]): string[] {
  return all.map(({ label }) => label)
}

function widths(all: readonly Box[]): number[] {
  return all.map(({ x, width }) => Math.round(x + width))
}

function widthOfGraph(page: Page): Promise<number> {
  return page.locator('.flame-scroller').evaluate((element) => element.clientWidth)
}

async function cursor(page: Page): Promise<string> {
  const id = await page.locator('.flame-scroller').getAttribute('aria-activedescendant')
  const label = await page.locator(`#${id}`).getAttribute('aria-label')
  return label?.replace(/: total.*/, '') ?? ''
}

async function press(page: Page, key: string, expected: string): Promise<void> {
  await page.keyboard.press(key)
  assert.equal(await cursor(page), expected)
}

/** Red, green and blue on the canvas at the right end of a box, where no text is. */
function colourAt(page: Page, box: Box): Promise<number[]> {
  return page.locator('.flame-scroller canvas').evaluate((element, { x, y, width, height }) => {
    const canvas = element as HTMLCanvasElement
    const { left, top, width: shown } = canvas.getBoundingClientRect()
    const scale = canvas.width / shown
    const copy = new OffscreenCanvas(1, 1).getContext('2d')
    const [fromX, fromY] = [(x + width - 6 - left) * scale, (y + height / 2 - top) * scale]
    copy?.drawImage(canvas, fromX, fromY, 1, 1, 0, 0, 1, 1)
    return [...(copy?.getImageData(0, 0, 1, 1).data.slice(0, 3) ?? [])]
  }, box)
}
