import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { toCpuProfile } from '../plugin/formats/cpuprofile.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { launch } from '../test/browser-page.ts'
import { bigProfile } from '../test/fake-data.ts'
import { type FakeServer, startFakeServer } from '../test/fake-server.ts'
import { spread } from './measure.ts'
import { type Comparators, serveComparators, writeForD3, writeForReactPprof } from './page/comparators.ts'
import { type OpenCost, type Watched, watch } from './page/observe.ts'

/** A viewer with a profile, in the best of its runs: other work on the machine only ever adds. */
export interface Opening extends OpenCost {
  readonly viewer: string
  readonly nodes: number
  /** Busy time, over that of `d3-flame-graph` with the same profile. */
  readonly overD3: number | undefined
}

export interface Interaction {
  readonly viewer: string
  readonly nodes: number
  readonly what: string
  readonly steps: number
  readonly p50Ms: number
  readonly p95Ms: number
}

export interface PageResult {
  readonly openings: readonly Opening[]
  readonly interactions: readonly Interaction[]
  readonly bytes: Readonly<Record<string, number>>
}

const SIZES = [10_000, 100_000, 1_000_000]
const RUNS = 2
/** It has a sample with all of its stack for each node: more than this does not fit. */
const MOST_FOR_PPROF = 100_000
const VIEWERS = {
  dashboard: '.flame-box',
  'd3-flame-graph': '.d3-flame-graph rect',
  'react-pprof': 'canvas',
} as const

/** The page with large profiles, beside other viewers with the same ones, in one browser. */
export async function page(): Promise<PageResult> {
  const browser = await launch()
  const server = await startFakeServer({ requests: 200 })
  const comparators = await serveComparators()
  const openings: Opening[] = []
  const interactions: Interaction[] = []
  try {
    for (const nodes of SIZES) {
      const profile = bigProfile(nodes)
      const urls = urlsOf(profile, server, comparators)
      const costs = new Map<string, OpenCost>()
      for (let run = 0; run < RUNS; run++) {
        for (const [viewer, url] of Object.entries(urls)) {
          const watched = await watch(browser, url, VIEWERS[viewer as keyof typeof VIEWERS])
          costs.set(viewer, cheaper(costs.get(viewer), watched.cost))
          if (run === 0) interactions.push(...(await interact(viewer, nodes, watched)))
          await watched.close()
        }
      }
      const d3 = costs.get('d3-flame-graph')?.busyMs
      for (const [viewer, cost] of costs) {
        openings.push({ viewer, nodes, ...cost, overD3: d3 && cost.busyMs / d3 })
      }
    }
    interactions.push(...(await manyFunctions(browser, server)))
  } finally {
    await browser.close()
    await server.close()
    comparators.close()
  }
  const result = { openings, interactions, bytes: bytes() }
  for (const part of Object.values(result)) console.table(part)
  return result
}

function urlsOf(profile: Profile, server: FakeServer, { url }: Comparators): Record<string, string> {
  const name = String(profile.tree.parent.length)
  server.profileFor = () => profile
  return {
    dashboard: `${server.url}?route=GET+/search&all`,
    'd3-flame-graph': `${url}d3.html#${writeForD3(name, profile)}`,
    ...(profile.tree.parent.length <= MOST_FOR_PPROF && {
      'react-pprof': `${url}react-pprof.html#${writeForReactPprof(name, profile)}`,
    }),
  }
}

function cheaper(a: OpenCost | undefined, b: OpenCost): OpenCost {
  return a === undefined || b.busyMs < a.busyMs ? b : a
}

type Step = (watched: Watched, i: number) => Promise<number>

async function interact(viewer: string, nodes: number, watched: Watched): Promise<Interaction[]> {
  const measure = async (what: string, steps: number, step: Step) => {
    const times: number[] = []
    for (let i = 0; i < steps; i++) times.push(await step(watched, i))
    return { viewer, nodes, what, steps, ...percentiles(times) }
  }
  if (viewer === 'dashboard') {
    await watched.page.locator('.flame-scroller').scrollIntoViewIfNeeded()
    const { x, y, width } = (await watched.page.locator('.flame-scroller').boundingBox())!
    await watched.page.mouse.move(x + width / 3, y + 60)
    return [
      await measure('zoom by wheel', 20, ({ step }, i) =>
        step((page) => wheel(page, 'Control', i < 14 ? -120 : 120)),
      ),
      await measure('pan', 20, ({ step }, i) => step((page) => wheel(page, 'Shift', i % 4 < 2 ? 90 : -90))),
      await measure('hover', 20, ({ step }, i) =>
        step((page) => page.mouse.move(x + ((i * 97) % width), y + 30 + ((i * 41) % 200))),
      ),
    ]
  }
  if (viewer === 'd3-flame-graph') {
    return [
      await measure('zoom by click', 6, async ({ step, page }, i) => {
        const frame = page.locator('.d3-flame-graph g.frame').nth(i % 2 === 0 ? 40 : 0)
        // Its transition takes three quarters of a second.
        return step(async () => {
          await frame.dispatchEvent('click')
          await page.waitForTimeout(1200)
        })
      }),
    ]
  }
  await watched.page.mouse.move(500, 60)
  return [await measure('zoom by wheel', 10, ({ step }) => step((page) => wheel(page, undefined, -120)))]
}

async function wheel(
  page: Watched['page'],
  key: 'Control' | 'Shift' | undefined,
  delta: number,
): Promise<void> {
  if (key !== undefined) await page.keyboard.down(key)
  await page.mouse.wheel(0, delta)
  if (key !== undefined) await page.keyboard.up(key)
}

/** Sorting and filtering a list of very many functions. */
async function manyFunctions(browser: Browser, server: FakeServer): Promise<Interaction[]> {
  const nodes = 100_000
  server.profileFor = () => bigProfile(nodes, 50_000)
  const watched = await watch(browser, `${server.url}?route=GET+/search&all`, '.functions tbody tr')
  const functions = Number.parseInt(
    (
      await watched.page
        .locator('.functions')
        .locator('xpath=ancestor::section//header/p')
        .first()
        .innerText()
    ).replaceAll(',', ''),
    10,
  )
  const columns = ['Total', 'Self', 'Function', 'Self']
  const sorts: number[] = []
  for (let i = 0; i < 12; i++) {
    const head = watched.page.locator('.functions thead').getByRole('button', { name: columns[i % 4] })
    sorts.push(await watched.step(() => head.click()))
  }
  await watched.page.getByLabel('Filter functions').focus()
  const keys: number[] = []
  for (const key of [...'function12', ...'\b\b']) {
    keys.push(await watched.step((page) => page.keyboard.press(key === '\b' ? 'Backspace' : key)))
  }
  const rows = await watched.page.locator('.functions tbody tr').count()
  await watched.close()
  const about = { viewer: `dashboard, ${functions} functions, ${rows} rows in the page`, nodes }
  return [
    { ...about, what: 'sort', steps: sorts.length, ...percentiles(sorts) },
    { ...about, what: 'filter', steps: keys.length, ...percentiles(keys) },
  ]
}

function percentiles(times: readonly number[]): { p50Ms: number; p95Ms: number } {
  const sorted = times.toSorted((a, b) => a - b)
  return { p50Ms: spread(times).median, p95Ms: sorted[Math.ceil(sorted.length * 0.95) - 1] }
}

/** What goes over the wire, gzipped: the viewers themselves, and one recording in several forms. */
function bytes(): Record<string, number> {
  const zipped = (text: string | Uint8Array) => gzipSync(text).length
  const files = (folder: string, pattern: RegExp) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => pattern.test(name))
      .reduce((sum, name) => sum + zipped(readFileSync(`${folder}/${name}`)), 0)
  const profile = bigProfile(10_000)
  return {
    'dashboard, all of it': files('dist/dashboard', /\.(js|css|html)$/),
    'd3-flame-graph': files('bench/page/dist/assets', /^d3.*\.(js|css)$/),
    'react-pprof': files('bench/page/dist/assets', /^react-pprof.*\.(js|css)$/),
    speedscope: files(
      'bench/page/node_modules/speedscope/dist/release',
      /^(speedscope-.*\.(js|css)|index\.html)$/,
    ),
    'profile of 10,000 nodes': zipped(JSON.stringify(profile)),
    'the same as .cpuprofile': zipped(JSON.stringify(toCpuProfile(profile))),
  }
}
