import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { boxes, boxOf } from './browser-page.ts'
import { serveDashboard } from './served.ts'

const dashboard = serveDashboard(undefined, 200)
const background = '?route=(no+request)'

describe('work of no request', () => {
  test('is a page that the ranking of who makes others wait leads to; Back leads to that', async () => {
    const { page, complaints } = await dashboard.open('')
    await page.locator('.culprits').getByRole('link', { name: '(no request)' }).click()
    await page.locator('.flame-box').first().waitFor()
    assert.match(page.url(), /\?route=\(no\+request\)$/)
    assert.equal(await page.title(), '(no request) · fastify-profiler')
    assert.equal(await page.locator('h1').innerText(), '(no request)')
    assert.ok(boxOf(await boxes(page), 'getReport'))
    await page.goBack()
    await page.locator('.routes').waitFor()
    assert.deepEqual(complaints(), [])
    await page.context().close()
  })

  test('is a part of the recorded time; the panel that says so closes on the way there', async () => {
    const { page } = await dashboard.open('')
    await page.getByTitle('State of the profiler').click()
    const row = page.locator('.accounting tr', { hasText: 'Other work' })
    const other = await row.locator('td').first().innerText()
    await row.getByRole('link').click()
    await page.locator('.flame-box').first().waitFor()
    assert.equal(await page.locator(':popover-open').count(), 0)
    const numbers = await page.locator('.page-head .numbers dd').allInnerTexts()
    assert.equal(numbers[1], other, 'since the start')
    assert.deepEqual(numbers.slice(2), ['812 ms', '41.5 ms'], 'as the ranking has it')
    await page.context().close()
  })

  test('has CPU and samples, but no requests and no phases', async () => {
    const { page } = await dashboard.open(background)
    const about = page.locator('.looking-at')
    await about.waitFor()
    assert.match(await about.innerText(), /^[\d.]+ m?s CPU · \d+ samples/)
    assert.equal(await page.getByRole('group', { name: 'First level' }).count(), 0)
    assert.equal(await page.getByRole('group', { name: 'Direction' }).count(), 1)
    await page.locator('.trust').click()
    const told = await page.getByRole('note').innerText()
    assert.match(told, /halve the uncertainty\.$/)
    await page.context().close()
  })

  test('opens a function with its source, which is asked for as part of it', async () => {
    const { page } = await dashboard.open(background)
    const asked = page.waitForRequest(/api\/source/)
    await page.getByRole('button', { name: /^aggregate / }).click()
    assert.equal(new URL((await asked).url()).searchParams.get('route'), '(no request)')
    await page.locator('.code-line .token-keyword').first().waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.flame-box').first().waitFor()
    await page.context().close()
  })

  test('is loaded again when asked to', async () => {
    const { page } = await dashboard.open(background)
    await page.locator('.flame-box').first().waitFor()
    for (const ask of [
      () => page.keyboard.press('r'),
      () => page.getByRole('button', { name: 'Update' }).click(),
    ]) {
      const again = page.waitForRequest(/api\/profile/)
      await ask()
      await again
    }
    await page.context().close()
  })

  test('can be taken away as a file', async () => {
    const { page } = await dashboard.open(background)
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const href = await page.getByRole('link', { name: 'pprof' }).getAttribute('href')
    assert.equal(new URLSearchParams(href!.split('?')[1]).get('route'), '(no request)')
    await page.context().close()
  })

  test('fits on a narrow page', async () => {
    const { page } = await dashboard.open(background)
    await page.setViewportSize({ width: 360, height: 740 })
    await boxes(page)
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360)
    await page.context().close()
  })
})
