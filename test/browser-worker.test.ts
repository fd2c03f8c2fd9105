import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page, Route } from 'playwright-core'
import type { Chart, Profile } from '../plugin/model/profile.ts'
import { boxes, type Opened, until } from './browser-page.ts'
import { bigProfile } from './fake-data.ts'
import { serveDashboard } from './served.ts'

const ROUTE = '?route=GET+/products/:id'
const LARGE = bigProfile(60_000)

const dashboard = serveDashboard('main@app.ts:1;work@app.ts:10 300000')

describe('a large profile', () => {
  for (const view of ['', '&all', '&all&inverted', '&only=npm:pkg1']) {
    test(`is the same picture whether a worker makes it or not (${view || 'as it opens'})`, async () => {
      const made = await shown(`${ROUTE}${view}`, LARGE)
      assert.equal(made.workers, 1)
      const without = await shown(`${ROUTE}${view}`, LARGE, takeWorkersAway)
      assert.equal(without.workers, 0)
      assert.deepEqual(made.labels, without.labels)
      assert.ok(made.labels.length > 50)
    })
  }

  test('is shown as another view from then on, without a worker', async () => {
    const { labels } = await shown(`${ROUTE}&all&inverted`, LARGE)
    await withPage(ROUTE, LARGE, undefined, async ({ page }, workers) => {
      await boxes(page)
      await page.getByRole('button', { name: 'Everything' }).click()
      await page.getByRole('button', { name: 'Bottom-up' }).click()
      await page.waitForURL(/inverted/)
      assert.deepEqual(
        (await boxes(page)).map(({ label }) => label),
        labels,
      )
      assert.equal(workers(), 1)
    })
  })

  test('is made for how it is looked at now when it is loaded anew', () =>
    withPage(`${ROUTE}&all`, LARGE, noteJobs, async ({ page, complaints }) => {
      await boxes(page)
      await page.getByRole('button', { name: 'Bottom-up' }).click()
      await page.waitForURL(/inverted/)
      await page.getByTitle('State of the profiler').waitFor()
      dashboard.server.addRequests(4, 'GET /products/:id')
      await page.locator('.looking-at').getByText('4 newer, update').click()
      await page.locator('.looking-at').getByText('newer, update').waitFor({ state: 'detached' })
      assert.deepEqual(await page.evaluate('jobs'), [false, true])
      assert.deepEqual(complaints(), [])
    }))

  test('adds up its functions when they come into view, and tells of one that is opened', () =>
    withPage(`${ROUTE}&all`, LARGE, lookAtTop, async ({ page, complaints }) => {
      await boxes(page)
      assert.equal(await page.locator('.functions tbody tr').count(), 0)
      await page.getByRole('heading', { name: 'Hot functions' }).scrollIntoViewIfNeeded()
      await page.locator('.functions tbody tr button').first().click()
      await page.locator('#callees-0').waitFor()
      assert.deepEqual(complaints(), [])
    }))

  test('opens where the worker cannot be loaded', () =>
    withPage(
      ROUTE,
      LARGE,
      (page) => page.route('**/open-worker.js', (route) => route.abort()),
      async ({ page }) => assert.ok((await boxes(page)).length > 50),
    ))

  test('whose end is missing says so, and its worker ends', () =>
    withPage(
      ROUTE,
      LARGE,
      (page) => page.route('**/api/profile?*', cutOff),
      async ({ page }) => {
        await page.getByText('The profile could not be loaded').waitFor()
        await until(() => page.workers().length === 0, 'the worker ends')
      },
    ))
})

test('a small profile needs no worker', async () => {
  const { workers, labels } = await shown(ROUTE, bigProfile(1000, 200))
  assert.equal(workers, 0)
  assert.ok(labels.length > 50)
})

test('a large chart is the same picture whether a worker makes it or not', async () => {
  const { server } = dashboard
  const [{ id }] = server.addRequests(1, 'GET /products/:id')
  const column = (value: (i: number) => number) => Array.from({ length: 200 }, (_, i) => value(i))
  const spans = {
    node: column((i) => i + 1),
    startUs: column((i) => i * 1000),
    endUs: column((i) => (i + 1) * 1000),
    samples: column(() => 1),
  }
  const chart: Chart = { ...LARGE, wallUs: 200_000, afterUs: 0, spans }
  server.answers.set(`api/requests/${id}/chart`, { status: 200, body: chart })
  for (const view of ['', '&all', '&only=npm:pkg1']) {
    const made = await shown(`?request=${id}${view}`, LARGE)
    const without = await shown(`?request=${id}${view}`, LARGE, takeWorkersAway)
    assert.deepEqual([made.workers, without.workers], [1, 0])
    assert.deepEqual(made.labels, without.labels)
    assert.ok(made.labels.length > 1, view)
  }
})

interface Shown {
  readonly labels: readonly string[]
  /** So many were started. */
  readonly workers: number
}

/** What the boxes of a page say that is opened on a profile; nothing is complained about. */
async function shown(
  query: string,
  profile: Profile,
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Shown> {
  let result: Shown = { labels: [], workers: 0 }
  await withPage(query, profile, prepare, async ({ page, complaints }, workers) => {
    const labels = (await boxes(page)).map(({ label }) => label)
    assert.deepEqual(complaints(), [])
    await until(() => page.workers().length === 0, 'the worker ends')
    result = { labels, workers: workers() }
  })
  return result
}

async function withPage(
  query: string,
  profile: Profile,
  prepare: (page: Page) => Promise<unknown> = async () => {},
  run: (opened: Opened, workers: () => number) => Promise<void>,
): Promise<void> {
  const { server } = dashboard
  const before = server.profileFor
  const opened = await dashboard.open('')
  const { page } = opened
  let workers = 0
  page.on('worker', () => workers++)
  try {
    await prepare(page)
    server.profileFor = () => profile
    await page.goto(`${server.url}${query}`)
    await run(opened, () => workers)
  } finally {
    server.profileFor = before
    await page.context().close()
  }
}

/** In a window that is too low for more than the picture. */
function lookAtTop(page: Page): Promise<unknown> {
  return page.setViewportSize({ width: 1280, height: 500 })
}

/** `jobs` are those that workers were given: whether each is to be bottom-up. */
function noteJobs(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const jobs: unknown[] = []
    Object.assign(globalThis, { jobs })
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (job, ...rest: []) {
      jobs.push(job.view.inverted)
      postMessage.call(this, job, ...rest)
    }
  })
}

function takeWorkersAway(page: Page): Promise<unknown> {
  return page.addInitScript(() => Reflect.deleteProperty(globalThis, 'Worker'))
}

/** The answer without its second half. */
async function cutOff(route: Route): Promise<void> {
  const response = await route.fetch()
  const body = await response.body()
  await route.fulfill({ response, body: body.subarray(0, body.length / 2) })
}
