import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, type Opened, openPage, until } from './browser-page.ts'
import { profileOf } from './fake-data.ts'
import { fakeBaseline, fakeDiff } from './fake-diff.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import { newGate } from './gate.ts'

let browser: Browser
let server: FakeServer
let opened: Opened | undefined

before(async () => {
  browser = await launch()
})
after(() => browser?.close())
beforeEach(async () => {
  server = await startFakeServer()
})
afterEach(async () => {
  const complaints = opened?.complaints() ?? []
  await opened?.page.context().close()
  opened = undefined
  await server.close()
  assert.deepEqual(complaints, [])
})

async function open(query: string): Promise<Page> {
  opened = await openPage(browser, `${server.url}${query}`)
  return opened.page
}

const route = '?route=GET+/reports/:year'
const compared = '?base=baseline%3Dbefore&head=route%3DGET+/reports/:year'

describe('since the run before', () => {
  const name = 'GET /reports/:year'
  const own = { baseMs: 12.1, headMs: 8.2, differenceMs: -3.9, errorMs: 0.5, verdict: 'faster' }
  const tell = (verdict: string, requests: number) => {
    const previous = { requests: 212, savedAt: new Date(Date.now() - 240_000).toISOString(), p50Ms: 90 }
    const since = { route: name, requests, first: 2, last: 37, previous, own: { ...own, verdict } }
    server.answers.set('api/previous', { status: 200, body: { kept: true, routes: [since] } })
  }

  test('a route says what became of it, and leads to the comparison', async () => {
    tell('faster', 40)
    const page = await open(route)
    const line = page.locator('.since')
    await line.getByText('▼ 32.2 % faster than in the previous run').waitFor()
    assert.match(
      await line.innerText(),
      /, 4 min ago: 8\.20 ms own CPU per request, was 12\.1 ms · requests 2–37 of both runs · Compare$/,
    )
    const link = line.getByRole('link', { name: 'Compare with the previous run' })
    await link.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Own CPU per request' }).waitFor()
    assert.match(page.url(), /\?base=baseline%3Dprevious%26route%3DGET\+\/reports\/:year&head=route%3DGET/)
    assert.equal(await page.title(), `Comparison · ${name} · fastify-profiler`)
  })

  test('it goes with the requests, and nothing moves when it comes', async () => {
    const page = await open(route)
    await page.locator('.time-mean').waitFor()
    const top = async () => (await page.locator('.time-mean').boundingBox())?.y
    const before = await top()
    await page.getByText('No previous run of this route is kept to compare with').waitFor()
    assert.equal(await top(), before)
    tell('few', 3)
    server.addRequests(1, name)
    await page.getByText('Previous run: too few requests to tell, 3 of 6').waitFor()
    assert.equal(await top(), before)
    tell('unclear', 40)
    server.addRequests(1, name)
    await page.getByText('No certain difference from the previous run').waitFor()
    assert.equal(await top(), before)
  })

  test('where no runs are kept nothing is said of them, nor asked for again', async () => {
    server.answers.set('api/previous', { status: 200, body: { kept: false, routes: [] } })
    const page = await open(route)
    await page.locator('.time-mean').waitFor()
    await page.locator('.since').waitFor({ state: 'detached' })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    server.addRequests(1, name)
    await page.waitForTimeout(2500)
    assert.deepEqual(
      asked.filter((url) => url.includes('api/previous')),
      [],
    )
    // Another route need not ask first.
    server.answers.set('api/previous', { status: 200, body: {}, until: new Promise(() => {}) })
    await page.locator('.brand').click()
    await page.locator('.routes').getByRole('link', { name: 'GET /search' }).click()
    await page.locator('.page-actions').waitFor()
    assert.equal(await page.locator('.since').count(), 0)
  })

  for (const swapped of [false, true]) {
    test(`the comparison has the verdict of the line${swapped ? ', turned round' : ''}, and says which requests are below it`, async () => {
      tell('faster', 40)
      const [base, head] = [`baseline=previous&route=${name}`, `route=${name}`].map(encodeURIComponent)
      const page = await open(swapped ? `?base=${head}&head=${base}` : `?base=${base}&head=${head}`)
      const headline = page.locator('.headline')
      const figures = swapped
        ? /8\.20 ms[\s\S]*12\.1 ms[\s\S]*\+3\.90 ms \(\+47\.6 %\) slower/
        : /12\.1 ms[\s\S]*8\.20 ms[\s\S]*−3\.90 ms \(−32\.2 %\) faster/
      await headline.getByText('Requests 2 to 37 of both runs').waitFor()
      assert.match(await headline.innerText(), figures)
      const kept = await page.locator('.kept').innerText()
      assert.match(kept, /^Below: means of all kept requests, \d+ before \(.* own CPU\) and \d+ after/)
      await page.getByText('per request, mean of all kept ones').waitFor()
      await page.getByText('Widths are means of all kept requests').waitFor()
    })
  }

  test('the comparison has no figures where the line has none', async () => {
    tell('few', 3)
    const [base, head] = [`baseline=previous&route=${name}`, `route=${name}`].map(encodeURIComponent)
    const page = await open(`?base=${base}&head=${head}`)
    await page.locator('.before-after').getByText('too few requests to tell, 3 of 6').waitFor()
    assert.doesNotMatch(await page.locator('.before-after').innerText(), /ms|faster|slower/)
    assert.equal(await page.locator('.sides tbody tr').last().locator('wbr').count(), 3, 'before slashes')
  })

  test('it fits a narrow screen, the verdict in one line and its requests in another', async () => {
    tell('slower', 40)
    opened = await openPage(browser, `${server.url}${route}`, { viewport: { width: 360, height: 700 } })
    const line = opened.page.locator('.since')
    await line.getByText('▲ 32.2 % slower than in the previous run').waitFor()
    assert.ok((await line.boundingBox())!.height < 45)
    const link = line.getByRole('link')
    assert.match(await line.innerText(), /\n\s*requests 2–37 of both runs · Compare$/)
    const [whole, end] = await Promise.all([line.boundingBox(), link.boundingBox()])
    assert.ok(end!.x + end!.width <= whole!.x + whole!.width, 'the link is whole')
    assert.equal(await opened.page.evaluate(() => document.documentElement.scrollWidth), 360)
  })

  test('the menu has it first, kept by itself and not to be deleted there', async () => {
    server.baselines = [
      { ...fakeBaseline('previous', [name, 'GET /other']), automatic: true },
      ...server.baselines,
    ]
    const page = await open(route)
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    const first = page.locator('.baselines li').first()
    await first.getByRole('link', { name: 'Previous run' }).waitFor()
    assert.match(await first.innerText(), /100 requests of 61\.2 ms own CPU · kept automatically$/)
    assert.equal(await first.getByRole('button').count(), 0)
    await page.getByLabel('Name of the baseline').fill('previous')
    await page.getByRole('button', { name: 'Save as baseline' }).click()
    assert.deepEqual(server.calls, [])
  })
})

describe('from a route', () => {
  test('a baseline is chosen, and the comparison opens; Back leads to the route', async () => {
    const page = await open(route)
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByRole('link', { name: 'before' }).click()
    await page.getByRole('heading', { name: 'Own CPU per request' }).waitFor()
    assert.match(page.url(), /\?base=baseline%3Dbefore%26route%3DGET\+\/reports\/:year&head=route%3DGET/)
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Before and after')
    assert.match(await page.locator('.before-after').innerText(), /ms.*→.*ms.*faster|may be chance/s)
    await page.goBack()
    await page.getByRole('heading', { name: 'Hot functions' }).waitFor()
  })

  test('what is looked at is saved under a name, and a baseline deleted', async () => {
    const page = await open(`${route}&wall=50_`)
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    const name = page.getByLabel('Name of the baseline')
    await name.fill('Not this')
    await page.getByRole('button', { name: 'Save as baseline' }).click()
    assert.deepEqual(server.calls, [])
    await name.fill('v1.0')
    await page.getByRole('button', { name: 'Save as baseline' }).click()
    await page.getByRole('status').getByText('Saved as “v1.0”.').waitFor()
    await page.getByRole('link', { name: 'v1.0' }).waitFor()
    await page.getByRole('button', { name: 'Delete before' }).dblclick()
    await page.getByRole('button', { name: 'Really delete before' }).click()
    await page.getByRole('link', { name: 'before' }).waitFor({ state: 'detached' })
    await until(
      () => page.evaluate(() => document.activeElement?.id === 'compare'),
      'the focus stays in the menu',
    )
    assert.deepEqual(server.calls, [
      'PUT api/baselines/v1.0?route=GET+%2Freports%2F%3Ayear&minMs=50',
      'DELETE api/baselines/before',
    ])
  })

  test('no name is asked for before it is known which are free, so that none is suggested to who types already', async () => {
    const page = await open(route)
    const { opened, open: release } = newGate()
    await page.route('**/api/baselines', async (asked) => {
      await opened
      await asked.continue()
    })
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByText('Loading baselines…').waitFor()
    const name = page.getByLabel('Name of the baseline')
    assert.equal(await name.count(), 0)
    release()
    await name.waitFor()
    assert.equal(await name.inputValue(), 'before-2')
  })

  test('a free name is suggested, and one that is taken said to be replaced', async () => {
    server.baselines = [fakeBaseline('before', ['GET /a', 'GET /b'])]
    const page = await open(route)
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByText('No baseline of this route yet').waitFor()
    const name = page.getByLabel('Name of the baseline')
    assert.equal(await name.inputValue(), 'before-2')
    await page.getByRole('button', { name: 'Save as baseline' }).waitFor()
    await name.fill('before')
    await page.getByText(/^Replaces “before” \(2 routes, \d+ d ago\)$/).waitFor()
    await page.getByRole('button', { name: 'Replace' }).click()
    await page.getByRole('status').getByText('Saved as “before”.').waitFor()
    assert.equal(server.baselines[0].routes.length, 1)
  })

  test('a baseline that holds other routes too is deleted at the second click', async () => {
    server.baselines = [fakeBaseline('before', ['GET /reports/:year', 'GET /b'])]
    const page = await open(route)
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByText('one of 2 routes').waitFor()
    await page.getByRole('button', { name: 'Delete before, with all its 2 routes', exact: true }).dblclick()
    const really = page.getByRole('button', { name: 'Really delete before, with all its 2 routes' })
    await really.waitFor()
    assert.deepEqual(server.calls, [])
    await really.click()
    await page.getByText('No baseline of this route yet').waitFor()
    assert.deepEqual(server.calls, ['DELETE api/baselines/before'])
  })

  test('a baseline that could not be written is told of', async () => {
    const page = await open(route)
    const body = { statusCode: 409, code: 'FST_PROFILER_NOT_PERSISTED', message: 'kept in memory only' }
    server.answers.set('api/baselines/v2', { status: 409, body })
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByLabel('Name of the baseline').fill('v2')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('kept in memory only').waitFor()
    assert.equal(await page.getByLabel('Name of the baseline').inputValue(), 'v2')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByLabel('Name of the baseline').waitFor()
    assert.equal(await page.getByRole('alert').count(), 0)
    // The browser itself says that a request was refused.
    assert.equal(opened!.complaints().length, 1)
  })
})

test('a file that is no baseline is told of in the state of the profiler', async () => {
  await server.close()
  const problem = 'baseline-x.json is ignored: it is damaged'
  server = await startFakeServer({ status: { baselines: { count: 0, bytes: 0, ignored: 1, problem } } })
  const page = await open('')
  await page.getByTitle('State of the profiler').click()
  await page.getByText(problem).waitFor()
})

describe('a comparison', () => {
  test('lists the functions by the size of their change, and the address holds order and filter', async () => {
    const page = await open(compared)
    const first = page.locator('.changes tbody tr').first()
    await first.waitFor()
    assert.match(await first.innerText(), /groupBy[\s\S]*−[\s\S]*faster/)
    await page.getByRole('button', { name: 'Function', exact: true }).click()
    await page.waitForURL(/hot=function/)
    await page.getByLabel('Filter functions').fill('blockTokens')
    await page.locator('.changes tbody tr').nth(1).waitFor({ state: 'detached' })
    assert.match(await first.innerText(), /blockTokens[\s\S]*\+[\s\S]*slower/)
    await page.getByLabel('Filter functions').fill('nothing at all')
    await page.getByText('No function matches').waitFor()
  })

  test('leads from a function to itself on the side that is recorded here', async () => {
    const page = await open(compared)
    const row = page.locator('.changes tbody tr', { hasText: 'groupBy' }).first()
    await row.getByRole('link', { name: 'groupBy' }).click()
    await page.getByRole('heading', { name: 'groupBy' }).waitFor()
    assert.match(new URL(page.url()).search, /^\?route=GET\+\/reports\/:year&function=groupBy@/)
    await page.goBack()
    await page.getByRole('link', { name: 'Swap sides' }).click()
    await page.waitForURL(/head=baseline/)
    await row.waitFor()
    assert.equal(await page.locator('.changes tbody a').count(), 0)
  })

  test('shows where it changed, by sign and colour, and zooms by keyboard', async () => {
    const page = await open(compared)
    const graph = page.getByRole('tree')
    await graph.getByRole('treeitem', { name: /▼ groupBy: .* was .* faster/ }).waitFor({ state: 'attached' })
    await graph.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/zoom=/)
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.search.includes('zoom='))
    await page.getByRole('button', { name: 'Everything' }).click()
    await page.waitForURL(/&all/)
  })

  test('signs what changed in the graph alone, for the way to it is in the address', async () => {
    const page = await open(compared)
    const graph = page.getByRole('tree')
    await graph.getByRole('treeitem', { name: /▼ groupBy:/ }).waitFor({ state: 'attached' })
    await graph.focus()
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('ArrowDown')
      if ((await page.locator('.flame-cursor').getAttribute('aria-label'))?.startsWith('▼')) break
    }
    await page.keyboard.press('Enter')
    await page.waitForURL(/zoom=/)
    assert.match(await page.locator('.flame-crumbs [aria-current]').innerText(), /^\w/)
  })

  test('says by which versions of Node both sides were recorded, where they differ', async () => {
    await server.close()
    server = await startFakeServer({ status: { node: 'v22.11.0' } })
    const page = await open(compared)
    await page.getByText('different versions of Node: v24.21.0 and v22.11.0').waitFor()
  })

  test('of slow and fast requests says which is which, and what bounds them', async () => {
    const side = (bound: string) => encodeURIComponent(`route=GET /reports/:year&${bound}`)
    const page = await open(`?base=${side('maxMs=80')}&head=${side('minMs=90')}`)
    await page.getByRole('heading', { level: 1, name: 'Comparison' }).waitFor()
    const sides = page.getByRole('table', { name: 'What is compared' })
    assert.match(await sides.innerText(), /Fast: .*shorter than 80\.0 ms[\s\S]*Slow: .*90\.0 ms or longer/)
    await page.getByRole('columnheader', { name: 'Slow' }).waitFor()
    // There it says for what the slow ones waited.
    await sides.getByRole('link', { name: '90.0 ms or longer' }).click()
    await page.locator('.latency-selected').getByText('90.0 ms or longer').waitFor()
  })

  test('says in words that its percentiles are of wall time, below a heading about own CPU', async () => {
    const page = await open(compared)
    const heads = page.getByRole('table', { name: 'What is compared' }).getByRole('columnheader')
    await heads.first().waitFor()
    const names = ['Compared', 'Requests', 'Samples', 'Wall p50', 'Wall p95', 'Wall max']
    assert.deepEqual(await heads.allInnerTexts(), names)
  })

  test('breaks no line between a number and its unit where it says how certain a change is', async () => {
    const page = await open(compared)
    const told = page.locator('.certainty', { hasText: 'confidence' })
    assert.equal(await told.locator('.num').last().innerText(), '95 %')
  })

  test('says that the choice of code is of the graph, and that the list has all of it', async () => {
    const page = await open(compared)
    const panel = (name: string) => page.locator('section', { has: page.getByRole('heading', { name }) })
    await panel('Where it changed').getByText('In this graph').waitFor()
    const said = panel('Functions').locator('.panel-head p')
    assert.match(await said.innerText(), /^\d+ functions of all code, whatever the graph shows/)
    await page.getByLabel('Filter functions').fill('blockTokens')
    await said.getByText(/^1 of \d+ functions/).waitFor()
  })

  test('calls a handler without a name what the page of its route calls it', async () => {
    const name = 'GET /reports/:year'
    const stacks =
      'preHandlerCallback@npm:fastify/lib/handle-request.js:126;(anonymous)@a.ts:18;sum@a.ts:30 9000'
    const made = { ...profileOf(name, stacks, 20), route: name }
    server.profileFor = () => made
    server.answers.set('api/diff', { status: 200, body: fakeDiff(made, true) })
    const page = await open(compared)
    await page.locator('.changes').getByText(`handler of ${name}`).waitFor()
    await page.getByRole('treeitem', { name: `handler of ${name}` }).waitFor({ state: 'attached' })
    await page.goto(`${server.url}${route}`)
    await page.locator('.functions').getByText(`handler of ${name}`).waitFor()
  })

  test('is turned round by a link', async () => {
    const page = await open(compared)
    await page.getByRole('link', { name: 'Swap sides' }).click()
    await page.waitForURL(/base=route%3DGET\+\/reports\/:year&head=baseline%3Dbefore/)
  })

  test('says what is wrong where a side is not there, and tries again', async () => {
    const page = await open('?base=baseline%3Dgone&head=route%3DGET+/none')
    await page.getByRole('heading', { name: 'One of the two is not there' }).waitFor()
    const body = {
      statusCode: 409,
      code: 'FST_PROFILER_BASELINE_DAMAGED',
      message: 'it is damaged; save it again',
    }
    server.answers.set('api/diff', { status: 409, body })
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('it is damaged; save it again').waitFor()
    assert.equal(opened!.complaints().length, 2)
  })
})
