import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { boxes, launch, onPage, openPage, openStatus, settled } from './browser-page.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'

let browser: Browser
let server: FakeServer
const narrow = { width: 360, height: 740 }
const wide = { width: 1280, height: 800 }

before(async () => {
  browser = await launch()
  server = await startFakeServer()
})

after(async () => {
  await browser.close()
  await server.close()
})

describe('what opens over the page stays in a narrow window', () => {
  const menus: Record<string, (page: Page) => Promise<void>> = {
    '#compare': (page) => page.getByRole('button', { name: 'Compare', exact: true }).click(),
    '#export': (page) => page.getByRole('button', { name: 'Export', exact: true }).click(),
    '#trust': (page) => page.locator('.trust').click(),
    '#status': async (page) => void (await openStatus(page)),
  }
  for (const [menu, open] of Object.entries(menus)) {
    test(menu, () =>
      withPage('?route=GET+/search', narrow, async (page) => {
        await boxes(page)
        await open(page)
        await settled(page)
        const { left, right } = await edges(page, menu)
        assert.ok(left >= 0 && right <= narrow.width, `from ${left} to ${right}`)
        assert.ok(right - left >= 250, `${right - left} pixels wide`)
      }),
    )
  }
})

test('the menu of exports has room for what opens each of them, wherever its button stands', () =>
  withPage('?route=GET+/search', narrow, async (page) => {
    await boxes(page)
    // Where they stand below a long name.
    await page.locator('.page-actions').evaluate((actions) => {
      actions.style.flexBasis = '100%'
    })
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const places = page.locator('#export dd')
    await places.first().waitFor()
    await settled(page)
    const heights = await places.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height))
    for (const height of heights) assert.ok(height < 24, `${heights}`)
    const { left, right } = await edges(page, '#export')
    assert.ok(left >= 0 && right <= narrow.width, `from ${left} to ${right}`)
  }))

describe('what belongs together stands in line', () => {
  for (const viewport of [narrow, wide]) {
    test(`titles of panels and the first column below, ${viewport.width} pixels`, () =>
      withPage('', viewport, async (page) => {
        const title = await edges(page, '.culprits-panel h2')
        assert.equal((await edges(page, '.culprits tbody .route-name')).left, title.left)
      }))

    test(`bars end where their numbers end, ${viewport.width} pixels`, () =>
      withPage('?route=GET+/search', viewport, async (page) => {
        await page.locator('.functions tbody button').first().click()
        for (const cell of ['.neighbours td', '.functions td.own']) {
          await page.locator(cell).first().waitFor()
          const bar = await edges(page, `${cell} .bar`)
          const number = await edges(page, `${cell} > :nth-last-child(2)`)
          assert.ok(Math.abs(bar.right - number.right) < 1, `${cell}: ${bar.right}, ${number.right}`)
        }
      }))
  }

  test('the lists beside each other begin at one height', () =>
    withPage('?route=GET+/search', wide, async (page) => {
      await page.locator('.requests tbody tr').first().waitFor()
      await page.locator('.functions tbody tr').first().waitFor()
      const tops = page
        .locator('.columns .rows-scroller')
        .evaluateAll((lists) => lists.map((list) => list.getBoundingClientRect().top))
      const [functions, requests] = await tops
      assert.ok(functions > 0)
      assert.equal(functions, requests)
    }))
})

test('the keyboard map begins at its beginning, however small the window, and can be scrolled and closed', () =>
  withPage('', { width: 360, height: 500 }, async (page) => {
    await page.locator('.routes').waitFor()
    await page.keyboard.press('?')
    const map = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await map.getByText('Pause or record').waitFor()
    assert.equal(await map.evaluate((dialog) => dialog.scrollTop), 0)
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.querySelector('.help')!.scrollTop > 0)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await map.waitFor({ state: 'hidden' })
  }))

test('in a narrow window the way back from a request can be read, all of it', () =>
  withPage('?route=GET+/reports/:year', { width: 320, height: 640 }, async (page) => {
    await page.locator('.requests tbody a').first().click()
    await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
    const parts = await page
      .locator('.crumbs .route-name > span')
      .evaluateAll((spans) => spans.map(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth))
    assert.deepEqual(parts, [true, true])
    assert.equal(await page.locator('.crumbs [aria-current]').isVisible(), false)
    await page.locator('.crumbs a').click()
    await page.locator('.requests tbody a').first().waitFor()
  }))

test('in a narrow window the sum keeps its signs', () =>
  withPage('?route=GET+/search', narrow, async (page) => {
    await page.locator('.split-sum').waitFor()
    const signs = await page.locator('.split-sum div').evaluateAll((parts) =>
      parts.map((part) => {
        const { content, display, left } = getComputedStyle(part, '::before')
        const x = part.getBoundingClientRect().left + Number.parseFloat(left)
        return display === 'none' || content === 'none' ? '' : `${content} ${x > 14 ? 'in' : 'out of'} view`
      }),
    )
    assert.deepEqual(signs, ['', ...Array(3).fill('"+" in view'), '"=" in view'])
  }))

test('the longest latency leads to the request that took it', () =>
  withPage('?route=GET+/search', wide, async (page) => {
    const max = page.getByTitle('Open the slowest request')
    const took = await max.innerText()
    await max.click()
    await page.getByRole('button', { name: 'Pin', exact: true }).waitFor()
    assert.equal(await page.locator('.numbers dd').first().innerText(), took)
    assert.match(await page.title(), /^#\w+ · GET \/search · fastify-profiler$/)
  }))

test('what gets the focus is not below what stays at the top, of the page or of a list', () =>
  withPage('?route=GET+/reports/:year', wide, async (page) => {
    const rows = page.locator('.functions tbody button')
    await rows.nth(6).scrollIntoViewIfNeeded()
    const isSeen = () =>
      page.evaluate(() => {
        const { x, y, height } = document.activeElement!.getBoundingClientRect()
        return document.activeElement!.contains(document.elementFromPoint(x + 20, y + height / 2))
      })
    await rows.nth(6).focus()
    await rows.nth(6).evaluate((row) => scrollBy(0, row.getBoundingClientRect().top - 50))
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('Shift+Tab')
      assert.ok(await isSeen(), `row ${5 - i} below the head of the page`)
    }
    const list = page.locator('.rows-scroller').first()
    await list.evaluate((element) => {
      element.style.maxHeight = '200px'
      element.scrollIntoView()
      element.scrollTop = 32 * 5
    })
    await rows.nth(7).focus()
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Shift+Tab')
      assert.ok(await isSeen(), `row ${6 - i} below the head of the list`)
    }
  }))

for (const colorScheme of ['light', 'dark'] as const) {
  test(`what is no text can be told from what is around it, ${colorScheme}`, () =>
    withPage('?route=GET+/search', wide, async (page) => {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
      await boxes(page)
      const waiting = '.requests .split .part-waiting'
      const [edge] = /rgb\([^)]*\)/.exec(await styleOf(page, waiting, 'boxShadow')) ?? ['rgb(0, 0, 0)']
      const track = await styleOf(page, '.requests .split', 'backgroundColor')
      assert.ok((await styleOf(page, waiting, 'boxShadow')) !== 'none')
      assert.ok(contrast(edge, track) >= 3, `waiting: ${contrast(edge, track)}`)
      const own = await styleOf(page, '.split-legend .part-own', 'backgroundColor')
      for (const around of [track, await styleOf(page, '.panel', 'backgroundColor')])
        assert.ok(contrast(own, around) >= 3, `own CPU: ${contrast(own, around)}`)
      const border = await styleOf(page, '.filter-box input', 'borderTopColor')
      const surface = await styleOf(page, '.panel', 'backgroundColor')
      assert.ok(contrast(border, surface) >= 3, `inputs: ${contrast(border, surface)}`)
    }))
}

test('colours that say something stay where the system forces its own', () =>
  withPage('?route=GET+/search', wide, async (page) => {
    const colours = () =>
      Promise.all(
        [
          ['.requests .split .part-own', 'backgroundColor'],
          ['.split-legend .part-blocked', 'backgroundColor'],
          ['.origins-bar button', 'backgroundColor'],
          ['.functions .bar i', 'backgroundColor'],
        ].map(([selector, property]) => styleOf(page, selector, property as 'backgroundColor')),
      )
    await boxes(page)
    const usual = await colours()
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' })
    assert.deepEqual(await colours(), usual)
    assert.equal(await styleOf(page, '.segments [aria-pressed="true"]', 'borderTopWidth'), '1px')
    await page.locator('.requests tbody a').first().click()
    await page.locator('.time-box').first().waitFor()
    const [own, waiting] = ['.time-loop .part-own', '.time-loop .part-waiting']
    assert.notEqual(
      await styleOf(page, own, 'backgroundColor'),
      await styleOf(page, waiting, 'backgroundColor'),
    )
  }))

/** As the browser computes it, of the first of them. */
function styleOf(
  page: Page,
  selector: string,
  property: 'backgroundColor' | 'borderTopColor' | 'borderTopWidth' | 'boxShadow',
): Promise<string> {
  return page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element)[name], property)
}

/** Of two opaque colours, by WCAG. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = (colour.match(/\d+/g) ?? assert.fail(colour)).map((part) => {
      const share = Number(part) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** Of the first of them, once it is there; CSS pixels of the window. */
async function edges(page: Page, selector: string): Promise<{ left: number; right: number }> {
  const element = page.locator(selector).first()
  await element.waitFor()
  return element.evaluate((found) => {
    const { left, right } = found.getBoundingClientRect()
    return { left, right }
  })
}

async function withPage(
  query: string,
  viewport: { width: number; height: number },
  run: (page: Page) => Promise<void>,
): Promise<void> {
  await onPage(openPage(browser, `${server.url}${query}`, { viewport }), ({ page }) => run(page))
}
