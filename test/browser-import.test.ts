import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { formatContent } from '../plugin/formats/index.ts'
import { boxes, boxOf, launch, onPage, openPage } from './browser-page.ts'
import { profileOf } from './fake-data.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'

const profile = profileOf(
  'elsewhere',
  `work@src/a.ts:3;format@npm:date-fns/i.js:1 300000
   work@src/a.ts:3 100000
   (anonymous)@src/b.ts:9 100000`,
)
const cpuProfile = String(formatContent({ profile }, 'cpuprofile').body)

let browser: Browser
let server: FakeServer

before(async () => {
  browser = await launch()
  server = await startFakeServer({ requests: 30 })
})

after(async () => {
  await browser.close()
  await server.close()
})

describe('a profile from a file', () => {
  test('dropped on the page, it is shown in the same views, and the server learns nothing of it', () =>
    withPage(async (page) => {
      const asked: string[] = []
      page.on('request', (request) =>
        asked.push(`${request.method()} ${request.url()} ${request.postData()}`),
      )
      await drop(page, 'cold start.cpuprofile', cpuProfile)
      const all = await boxes(page)
      assert.equal(boxOf(all, 'cold start').level, 1)
      assert.equal(boxOf(all, 'format').parent, boxOf(all, 'work').id)
      assert.ok(boxOf(all, 'b.ts:9'))
      assert.equal(await page.locator('h1').innerText(), 'cold start.cpuprofile')
      assert.match(await page.locator('.looking-at').innerText(), /^500\sms CPU · 500 samples/)
      assert.ok(await page.locator('.functions').getByText('date-fns').count())
      assert.equal(asked.filter((line) => !line.startsWith('GET') || line.includes('cold')).length, 0)
      await page.goBack()
      await page.locator('.routes').waitFor()
      await page.goForward()
      await boxes(page)
    }))

  test('chosen by the key f, as json too', () =>
    withPage(async (page) => {
      await choose(page, 'saved.json', String(formatContent({ profile }, 'json').body))
      assert.equal(boxOf(await boxes(page), 'elsewhere').level, 1)
    }))

  test('of two, the one that was opened last is shown, though the other takes longer to read', () =>
    withPage(async (page) => {
      await page.evaluate(`
        const { text } = Blob.prototype
        Blob.prototype.text = async function () {
          if (this.name === 'slow.cpuprofile') await new Promise((done) => setTimeout(done, 700))
          return text.call(this)
        }`)
      await choose(page, 'slow.cpuprofile', cpuProfile)
      await choose(page, 'quick.cpuprofile', cpuProfile)
      await boxes(page)
      await page.waitForTimeout(1000)
      assert.equal(await page.locator('h1').innerText(), 'quick.cpuprofile')
      assert.ok(boxOf(await boxes(page), 'work'))
    }))

  test('opened from all routes together, it is all that the title and the address name', () =>
    withPage(async (page) => {
      await page.getByRole('link', { name: 'All routes together' }).click()
      await boxes(page)
      await choose(page, 'saved.cpuprofile', cpuProfile)
      await page.getByRole('heading', { name: 'saved.cpuprofile' }).waitFor()
      assert.equal(await page.title(), 'saved.cpuprofile · fastify-profiler')
      assert.match(page.url(), /\?file=saved.cpuprofile$/)
    }))

  test('that was opened before another says that the page has the last one', () =>
    withPage(async (page) => {
      await choose(page, 'first.cpuprofile', cpuProfile)
      await choose(page, 'second.cpuprofile', cpuProfile)
      await boxes(page)
      await page.goBack()
      await page.getByRole('heading', { name: 'first.cpuprofile is no longer open' }).waitFor()
      await page.getByText('The page has the one that was opened last').waitFor()
    }))

  test('what is none says why, and another can be chosen; a reload says that it is gone', () =>
    withPage(async (page) => {
      await choose(page, '<b>.cpuprofile', cpuProfile.slice(0, -40))
      await page.getByRole('heading', { name: '<b>.cpuprofile cannot be shown' }).waitFor()
      await page.getByText('This is not JSON, or only a part of it.').waitFor()
      await choose(page, 'loop.cpuprofile', cpuProfile.replace('"id":2,', '"id":1,'))
      await page.getByText('two nodes have one id').waitFor()
      await page.reload()
      await page.getByRole('heading', { name: 'loop.cpuprofile is no longer open' }).waitFor()
      await choose(page, 'right.cpuprofile', cpuProfile, () =>
        page.getByRole('button', { name: 'Choose a file' }).click(),
      )
      await boxes(page)
    }))
})

async function withPage(run: (page: Page) => Promise<void>): Promise<void> {
  await onPage(openPage(browser, server.url), async ({ page }) => {
    // From here on no dialog opens; asked for only when one is about to, it can come too late.
    page.on('filechooser', () => {})
    await page.locator('.routes tbody tr').first().waitFor()
    await run(page)
  })
}

async function drop(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], name))
      return transfer
    },
    [name, text],
  )
  await page.dispatchEvent('main', 'dragover', { dataTransfer })
  await page.locator('.drop').waitFor()
  await page.dispatchEvent('main', 'drop', { dataTransfer })
  await page.locator('.drop').waitFor({ state: 'detached' })
}

async function choose(
  page: Page,
  name: string,
  text: string,
  ask = () => page.keyboard.press('f'),
): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await ask()
  await (await chooser).setFiles({ name, mimeType: '', buffer: Buffer.from(text) })
}
