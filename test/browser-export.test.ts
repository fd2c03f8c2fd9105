import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import profiler from '../plugin/index.ts'
import { launch, onPage, openPage, until } from './browser-page.ts'
import { readPprof } from './read-pprof.ts'
import { namedBurn } from './ways.ts'

// The page as it is built, over a real application.

let browser: Browser
let app: FastifyInstance
let dashboard: string

before(async () => {
  browser = await launch()
  app = fastify()
  await app.register(profiler, { enabled: true })
  const burn = namedBurn('burn_exported', 15, () => {})
  app.get('/burn/:id', async () => burn())
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  for (const id of ['1', '2', '3']) await (await fetch(`${origin}/burn/${id}`)).text()
  await app.profiler.flush()
  dashboard = `${origin}/__profile/`
})

after(async () => {
  await browser.close()
  await app.close()
})

const route = 'GET /burn/:id'

async function withExport(query: string, look: (page: Page) => Promise<void>): Promise<void> {
  const permissions = ['clipboard-read', 'clipboard-write']
  await onPage(openPage(browser, `${dashboard}?${query}`, { permissions }), async ({ page }) => {
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByRole('dialog', { name: 'Export' }).getByRole('link', { name: 'pprof' }).waitFor()
    await look(page)
  })
}

describe('export', () => {
  test('downloads each format, named by route and time', () =>
    withExport(`route=${encodeURIComponent(route)}`, async (page) => {
      const links = page.locator('#export a')
      assert.equal(await links.count(), 7)
      for (const link of await links.all()) {
        const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
        const name = download.suggestedFilename()
        assert.match(name, /^profile-GET-burn-id-\d{4}-\d\d-\d\dT[\d-]+\.[a-z.]+$/)
        const bytes = readFileSync(await download.path())
        if (!name.endsWith('.pb.gz')) assert.match(bytes.toString(), /burn_exported/)
        else assert.deepEqual(readPprof(gunzipSync(bytes)).sample[0].labels, { route })
      }
    }))

  test('copies a report of what is shown', () =>
    withExport(`route=${encodeURIComponent(route)}&wall=0_60000`, async (page) => {
      await page.getByRole('button', { name: 'Copy as Markdown' }).click()
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      const copied = await page.evaluate(() => navigator.clipboard.readText())
      assert.match(copied, /^# CPU profile of `GET \/burn\/:id, 3 of 3 requests`/)
    }))

  test('of a request is of that alone, in order of time where the format has it', () => {
    const [{ id }] = app.profiler.requests({ route })
    return withExport(`request=${id}`, async (page) => {
      const link = page.getByRole('link', { name: 'speedscope' })
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
      const file = JSON.parse(readFileSync(await download.path(), 'utf8'))
      assert.equal(file.name, `${route} #${id}`)
      assert.equal(file.profiles[0].endValue, app.profiler.chart(id)?.wallUs)
    })
  })

  test('says why a report cannot be loaded', async () => {
    const permissions = ['clipboard-read', 'clipboard-write']
    const opened = await openPage(browser, `${dashboard}?route=${encodeURIComponent(route)}`, { permissions })
    const { page } = opened
    try {
      const body = JSON.stringify({ code: 'FST_PROFILER_NOT_FOUND', message: 'it is not there any more' })
      const answer = { status: 404, contentType: 'application/json', body }
      await page.route('**/api/profile?*format=markdown*', (asked) => asked.fulfill(answer))
      await page.getByRole('button', { name: 'Export', exact: true }).click()
      await page.getByRole('button', { name: 'Copy as Markdown' }).click()
      await page.getByText('Could not load it: it is not there any more').waitFor()
      // The browser itself says that it is not there.
      assert.equal(opened.complaints().length, 1)
    } finally {
      await page.context().close()
    }
  })

  test('says when the clipboard is not there', () =>
    withExport(`route=${encodeURIComponent(route)}`, async (page) => {
      await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
      await page.getByRole('button', { name: 'Copy as Markdown' }).click()
      await until(async () => /Could not copy/.test(await page.locator('#export').innerText()), 'a word')
    }))
})
