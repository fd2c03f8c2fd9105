import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { boxes, onPage } from './browser-page.ts'
import { serveDashboard } from './served.ts'

const FUNCTIONS = 60
/** The hottest path has two rows; beside it one waits that opens sixty. */
const STACKS = ['hot@app.ts:1 900000']
  .concat(Array.from({ length: FUNCTIONS }, (_, i) => `many@app.ts:2;f${i}@app.ts:${10 + i} 1000`))
  .join('\n')

const dashboard = serveDashboard(STACKS)
describe('a list that grows while all of it is on the screen', () => {
  test('shows all rows that fit', () =>
    withPage('&find=nothing', async (page) => {
      const list = page.getByRole('group', { name: 'Hot functions' })
      await list.scrollIntoViewIfNeeded()
      await page.getByText('No function matches “nothing”.').waitFor()
      const said = page.locator('.panel-head:has(#hot-title) p')
      assert.equal(await said.innerText(), `0 of ${FUNCTIONS + 2} functions`)
      await page.getByLabel('Filter functions').fill('f59')
      await page.waitForFunction(() => document.querySelectorAll('.functions tbody tr').length === 1)
      assert.equal(await said.innerText(), `1 of ${FUNCTIONS + 2} functions`)
      await page.getByLabel('Filter functions').fill('')
      await said.getByText(`${FUNCTIONS + 2} functions`, { exact: true }).waitFor()
      await page.waitForFunction(() => document.querySelectorAll('.functions tbody tr').length > 2)
      await isFull(page, list)
    }))

  test('does so when a row of the call tree opens; the last row can be reached, and says which it is', () =>
    withPage('', async (page) => {
      await boxes(page)
      await page.getByRole('button', { name: 'Table' }).click()
      const grid = page.getByRole('treegrid', { name: 'Call tree' })
      const scroller = page.locator('.rows-scroller', { has: grid })
      assert.equal(await grid.locator('tbody tr').count(), 3)
      await grid.getByText('many').click()
      await isFull(page, scroller)

      await page.keyboard.press('End')
      const rows = 3 + FUNCTIONS
      const last = grid.locator(`tbody tr[aria-rowindex="${rows + 1}"]`)
      await last.waitFor()
      assert.equal(await last.getAttribute('id'), await grid.getAttribute('aria-activedescendant'))
      assert.equal(await grid.getAttribute('aria-rowcount'), String(rows + 1))
      await isFull(page, scroller)
      assert.ok((await grid.locator('tbody tr').count()) < rows, 'and still not all rows exist')
    }))
})

/** Waits until rows are wherever the window shows the list. */
async function isFull(page: Page, list: Locator): Promise<void> {
  const element = await list.elementHandle()
  await page.waitForFunction((scroller) => {
    const end = scroller!.getBoundingClientRect().bottom
    const last = scroller!.querySelector('tbody tr:last-child')?.getBoundingClientRect()
    return last !== undefined && last.bottom >= Math.min(end, window.innerHeight) - 1
  }, element)
}

async function withPage(query: string, run: (page: Page) => Promise<void>): Promise<void> {
  const options = { viewport: { width: 1280, height: 1800 } }
  await onPage(dashboard.open(`?route=GET+/products/:id${query}`, options), ({ page }) => run(page))
}
