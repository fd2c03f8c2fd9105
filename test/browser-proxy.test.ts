import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import fastify from 'fastify'
import type { Browser } from 'playwright-core'
import profiler from '../plugin/index.ts'
import { launch } from './browser-page.ts'

// Behind a proxy in front of the application, as those of development servers are.

let browser: Browser
const app = fastify()

before(async () => {
  browser = await launch()
  await app.register(profiler, { enabled: true, persist: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
})

after(async () => {
  await browser.close()
  await app.close()
})

const hint = 'A proxy in front of it must pass Host on'

test('that passes Host on, the page is as usual', () =>
  behind(false, async (page) => {
    await page.getByText('Waiting for the first request').waitFor()
    assert.equal(await page.getByText(hint).isVisible(), false)
  }))

test('that changes Host, the page says what is wrong instead of being empty', () =>
  behind(true, async (page) => {
    await page.getByText(hint).waitFor()
    assert.equal(await page.getByText('Waiting for the first request').count(), 0)
  }))

type Page = Awaited<ReturnType<Browser['newPage']>>

async function behind(changesHost: boolean, run: (page: Page) => Promise<void>): Promise<void> {
  const { port } = app.server.address() as AddressInfo
  const proxy = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const host = changesHost ? `127.0.0.1:${port}` : headers.host
    const passed = send({ port, host: '127.0.0.1', method, path: url, headers: { ...headers, host } })
    passed.on('response', (response) => {
      outgoing.writeHead(response.statusCode!, response.headers)
      response.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const page = await browser.newPage()
  try {
    await page.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/__profile`)
    await run(page)
  } finally {
    await page.close()
    proxy.closeAllConnections()
    proxy.close()
  }
}
