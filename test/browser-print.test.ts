import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { boxes, drawn, onPage } from './browser-page.ts'
import { profileOf } from './fake-data.ts'
import { serveDashboard } from './served.ts'

const FUNCTIONS = 60
/** Deeper than a window is high; and many functions. */
const LEVELS = 30
const DEEP = Array.from({ length: LEVELS }, (_, i) => `deep${i}@app.ts:${i + 100}`).join(';')
const STACKS = [`${DEEP} 900000`]
  .concat(Array.from({ length: FUNCTIONS }, (_, i) => `many@app.ts:2;f${i}@app.ts:${10 + i} ${1000 + i}`))
  .join('\n')

const dashboard = serveDashboard(STACKS)
const options = { viewport: { width: 1280, height: 500 }, colorScheme: 'dark' } as const

describe('on paper', () => {
  test('a list has its first rows, a graph all of them, in light colours; then all is as it was', () =>
    onPage(dashboard.open('?route=GET+/products/:id', options), async ({ page }) => {
      await boxes(page)
      const list = page.getByRole('group', { name: 'Hot functions' })
      await list.scrollIntoViewIfNeeded()
      await list.evaluate((element) => {
        element.scrollTop = 900
      })
      await page.waitForFunction(() => document.querySelector('.functions [aria-rowindex="2"]') === null)
      const before = await page.evaluate(look)
      // What the browser sees that is about to look at the page, by a listener after those of the page.
      await page.evaluate(`addEventListener('beforeprint', () => { window.printed = (${look})() })`)
      await page.pdf()
      assert.deepEqual(await page.evaluate('printed'), {
        theme: 'light',
        rows: 40,
        first: '2',
        told: `The first 40 of ${LEVELS + 1 + FUNCTIONS}.`,
        // And the root.
        rowsOfGraph: LEVELS + 1,
        isLight: true,
      })
      await drawn(page)
      await page.waitForFunction(() => document.querySelector('.functions [aria-rowindex="2"]') === null)
      assert.deepEqual(await page.evaluate(look), before)
    }))

  test('when a request began is told by date and time, not by how long ago', () =>
    onPage(dashboard.open('?route=GET+/products/:id', options), async ({ page }) => {
      await boxes(page)
      const started = page.locator('.requests tbody td:nth-child(2)').first()
      assert.match(await started.innerText(), /now|ago$/)
      await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
      await page
        .getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
        .first()
        .waitFor()
      assert.match(await started.innerText(), /^\d{4}-/)
    }))

  test('a graph says how many of its rows it has, if not all', async () => {
    const usual = dashboard.server.profileFor
    const deeper = Array.from({ length: 60 }, (_, i) => `deep${i}@app.ts:${i + 100}`).join(';')
    dashboard.server.profileFor = () => profileOf('GET /products/:id', `${deeper} 900000`, 12)
    try {
      await onPage(dashboard.open('?route=GET+/products/:id', options), async ({ page }) => {
        await boxes(page)
        const told = page.locator('.flame > .empty-row')
        assert.equal(await told.count(), 0)
        await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
        assert.equal(await told.innerText(), 'The first 40 of 61 rows.')
      })
    } finally {
      dashboard.server.profileFor = usual
    }
  })

  test('nothing scrolls, and nothing is there to be pressed', () =>
    onPage(dashboard.open('?route=GET+/products/:id', options), async ({ page }) => {
      await boxes(page)
      await page.emulateMedia({ media: 'print' })
      const shown = await page
        .locator('.controls, .button, input, .update, .pin, .minimap, .segments [aria-pressed=false]')
        .evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML))
      assert.deepEqual(shown, [])
      const cut = await page
        .locator('.rows-scroller, .flame-scroller')
        .evaluateAll((all) => all.filter((one) => getComputedStyle(one).overflowY !== 'visible').length)
      assert.equal(cut, 0)
    }))
})

function look() {
  const canvas = document.querySelector<HTMLCanvasElement>('.flame-sticky canvas')!
  const rows = [...document.querySelectorAll('.functions tbody tr')]
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  // In the box of the root, at its end, where no letter is.
  pixel.drawImage(canvas, canvas.width - 9, 9, 1, 1, 0, 0, 1, 1)
  return {
    theme: document.documentElement.dataset.theme,
    rows: rows.length,
    first: rows[0].getAttribute('aria-rowindex'),
    told: document.querySelector('.rows-scroller > .empty-row')?.textContent,
    rowsOfGraph: Math.round((canvas.height / canvas.width) * (parseFloat(canvas.style.width) / 20)),
    isLight: pixel.getImageData(0, 0, 1, 1).data[0] > 200,
  }
}
