// Takes the README's pictures of the running example: `npm run screenshots`. Needs a build.

import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { root } from './run.mjs'

const port = 3210
const dashboard = `http://127.0.0.1:${port}/__profile/`
const folder = join(root, 'docs')
const LOAD_MS = 20_000

const executablePath = execFileSync(process.execPath, ['scripts/chromium.mjs', '--install'], { cwd: root })
  .toString()
  .trim()
const demo = spawn(process.execPath, ['scripts/demo.mjs'], {
  cwd: root,
  env: { ...process.env, PORT: String(port) },
  stdio: 'ignore',
})
try {
  mkdirSync(folder, { recursive: true })
  await sleep(LOAD_MS)
  await take('routes', dashboard)
  await take('route', `${dashboard}?route=${encodeURIComponent('GET /reports/duplicates')}`)
  await take('function', `${dashboard}?route=${encodeURIComponent('GET /reports/duplicates')}`, openHottest)
  // It is chosen only now: slower requests may have replaced one that was the slowest before.
  const victim = await victimOf('GET /reports/duplicates', 'GET /docs/:page')
  await take('request', `${dashboard}?request=${victim}`)
} finally {
  demo.kill('SIGINT')
}

/** The slowest request of a route that `culprit` held up more than others did, or else the slowest. */
async function victimOf(culprit, route) {
  const query = new URLSearchParams({ route, sort: 'slowest', limit: '20' })
  const { requests } = await (await fetch(`${dashboard}api/requests?${query}`)).json()
  for (const { id } of requests) {
    const { blockedBy } = await (await fetch(`${dashboard}api/requests/${id}`)).json()
    if (blockedBy?.[0]?.route === culprit) return id
  }
  return requests[0].id
}

async function openHottest(page) {
  await page.locator('.functions tbody button').first().click()
  await page.locator('.token-keyword').first().waitFor()
  await page.locator('.function-panel').evaluate((panel) => panel.scrollIntoView())
  await sleep(500)
}

async function take(name, url, prepare = async () => {}) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' })
  await page.goto(url)
  await page
    .locator('[aria-busy="true"]')
    .waitFor({ state: 'detached', timeout: 30_000 })
    .catch(() => {})
  await sleep(3000)
  await prepare(page)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await browser.close()
  console.log(`docs/${name}.png`)
}
