import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Box, boxes, boxOf, onPage } from './browser-page.ts'
import { profileOf } from './fake-data.ts'
import { serveDashboard } from './served.ts'

const STACKS = `
onIncoming@node:_http:1;route@npm:fastify/a.js:1;handler@app.ts:1;query@npm:some-db/i.js:2;step@npm:sql/i.js:3 400000
onIncoming@node:_http:1;route@npm:fastify/a.js:1;handler@app.ts:1;query@npm:some-db/i.js:2 100000
onIncoming@node:_http:1;route@npm:fastify/a.js:1;handler@app.ts:1 300000
onIncoming@node:_http:1;route@npm:fastify/a.js:1 150000
onIncoming@node:_http:1 50000`

const ROUTE = '?route=GET+/products/:id'

const dashboard = serveDashboard(STACKS)
describe('cost by origin', () => {
  test('is a bar that adds up to all of it, your own code first', () =>
    withPage(async (page) => {
      const parts = page.locator('.origins-bar button')
      const widths = await parts.evaluateAll((all) => all.map((part) => part.getBoundingClientRect().width))
      const bar = (await page.locator('.origins-bar').boundingBox())!.width
      const shares = widths.map((width) => Math.round((width / bar) * 100))
      assert.deepEqual(shares, [30, 40, 15, 10, 5])
      assert.deepEqual(await named(page), ['your code', 'sql', 'fastify', 'some-db', 'Node.js'])
    }))

  test('tells all of it, and hardly any of it, as the rest of the page does', async () => {
    const usual = dashboard.server.profileFor
    const said = (stacks: string) => {
      dashboard.server.profileFor = () => profileOf('GET /products/:id', stacks, 12)
      return onPage(dashboard.open(ROUTE), async ({ page }) => {
        await page.locator('.origins').waitFor()
        told.push((await page.locator('.origins .legend').innerText()).replaceAll('\n', ' '))
      })
    }
    const told: string[] = []
    try {
      await said('emit@node:events:1 200000')
      await said('main@app.ts:1 9999000\nmain@app.ts:1;emit@node:events:1 1000')
    } finally {
      dashboard.server.profileFor = usual
    }
    assert.deepEqual(told, ['Node.js 100 %', 'your code >99.9 % Node.js <0.1 %'])
  })

  test('a click on a part shows it alone, in the graph and in the functions; Back, and the button, show all', () =>
    withPage(async (page) => {
      const whole = labels(await boxes(page))
      await page.locator('.origins-bar button').nth(1).click()
      await page.getByText('of which 400 ms (40.0 %) in sql').waitFor()
      assert.deepEqual(labels(await boxes(page)), ['GET /products/:id', 'handler', 'query', 'step'])
      assert.deepEqual(await functions(page), ['step'])
      assert.match(page.url(), /only=npm:sql/)

      await page.reload()
      assert.equal((await boxes(page)).length, 4)
      await page.goBack()
      assert.deepEqual(labels(await boxes(page)), whole)
      await page.goForward()
      await page.getByRole('button', { name: 'All code' }).click()
      assert.deepEqual(labels(await boxes(page)), whole)
    }))

  test('the same by keyboard, and the same key undoes it', () =>
    withPage(async (page) => {
      const part = page.getByRole('button', { name: 'fastify 15.0 %' })
      await part.focus()
      await page.keyboard.press('Enter')
      await page.getByText('(15.0 %) in fastify').waitFor()
      assert.equal(await part.getAttribute('aria-pressed'), 'true')
      assert.deepEqual(await functions(page), ['route'])
      await page.keyboard.press('Enter')
      await page.getByText('(15.0 %) in fastify').waitFor({ state: 'detached' })
    }))

  test('what the URL names but nobody knows hides nothing', async () => {
    const { page } = await dashboard.open(`${ROUTE}&only=npm:gone`)
    assert.deepEqual(labels(await boxes(page)), [
      'GET /products/:id',
      'handler',
      'route',
      'onIncoming',
      'query',
    ])
    await page.context().close()
  })
})

describe('only my code', () => {
  test('leaves out what calls it, and the mark on a box unfolds the library in it', () =>
    withPage(async (page) => {
      const folded = labels(await boxes(page))
      assert.deepEqual(folded, ['GET /products/:id', 'handler', 'route', 'onIncoming', 'query'])
      await page.getByRole('button', { name: 'Unfold query' }).click()
      const all = await boxes(page)
      assert.equal(boxOf(all, 'step').parent, boxOf(all, 'query').id)
      assert.doesNotMatch(page.url(), /zoom=/, 'the box was not zoomed to')
      await page.reload()
      assert.ok(boxOf(await boxes(page), 'step'))
      await page.getByRole('button', { name: 'Fold query' }).click()
      assert.deepEqual(labels(await boxes(page)), folded)
    }))

  test('keeps the zoom, or as much of it as is there, when all code is shown, and when it no longer is', () =>
    withPage(async (page) => {
      const widest = async (name: string) =>
        near(boxOf(await boxes(page), name).width, (await page.locator('.flame-space').boundingBox())!.width)
      await page.getByRole('button', { name: 'Everything' }).click()
      const step = boxOf(await boxes(page), 'step')
      await page.mouse.click(step.x + step.width / 2, step.y + step.height / 2)
      assert.ok(await widest('step'))
      await page.getByRole('button', { name: 'My code' }).click()
      assert.equal((await boxes(page)).at(-1)?.label.split(':')[0], 'query')
      assert.ok(await widest('query'))
      await page.getByRole('button', { name: 'Everything' }).click()
      assert.ok(await widest('step'))
    }))

  test('keeps the place of the keys, so that the same key folds it again', () =>
    withPage(async (page) => {
      await boxes(page)
      await page.locator('.flame-scroller').focus()
      for (const key of ['ArrowDown', 'ArrowDown', 'u']) await page.keyboard.press(key)
      const unfolded = boxOf(await boxes(page), 'query')
      const cursor = () => page.locator('.flame-scroller').getAttribute('aria-activedescendant')
      assert.ok(boxOf(await boxes(page), 'step'))
      assert.equal(await cursor(), unfolded.id)
      await page.keyboard.press('ArrowDown')
      assert.equal(await cursor(), boxOf(await boxes(page), 'step').id)
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('u')
      await page.getByRole('button', { name: 'Unfold query' }).waitFor()
      assert.equal(await cursor(), boxOf(await boxes(page), 'query').id)
      await page.keyboard.press('Enter')
      await page.getByRole('navigation', { name: 'Zoomed to' }).getByText('query').waitFor()
    }))

  test('by the key u too, in the graph and in the table', () =>
    withPage(async (page) => {
      await boxes(page)
      await page.locator('.flame-scroller').focus()
      for (const key of ['ArrowDown', 'u', 'ArrowDown', 'u']) await page.keyboard.press(key)
      assert.ok(boxOf(await boxes(page), 'step'))
      await page.getByRole('button', { name: 'Table' }).click()
      const grid = page.getByRole('treegrid', { name: 'Call tree' })
      await grid.getByText('step').waitFor()
      await grid.focus()
      for (const key of ['ArrowDown', 'ArrowDown', 'u']) await page.keyboard.press(key)
      await grid.getByText('step').waitFor({ state: 'detached' })
    }))
})

async function withPage(run: (page: Page) => Promise<void>): Promise<void> {
  await onPage(dashboard.open(ROUTE), async ({ page }) => {
    await page.locator('.origins').waitFor()
    await run(page)
  })
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 2
}

function named(page: Page): Promise<string[]> {
  return page.locator('.legend-name').allInnerTexts()
}

function functions(page: Page): Promise<string[]> {
  return page.getByRole('group', { name: 'Hot functions' }).locator('.function-name').allInnerTexts()
}

function labels(all: readonly Box[]): string[] {
  return all.map(({ label }) => label.slice(0, label.indexOf(': ')))
}
