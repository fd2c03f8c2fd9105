import type { Profile } from '../plugin/model/profile.ts'
import { launch } from '../test/browser-page.ts'
import { bigProfile } from '../test/fake-data.ts'
import { type FakeServer, startFakeServer } from '../test/fake-server.ts'
import { bytes } from './page/bytes.ts'
import { type ChartOpening, charts } from './page/chart.ts'
import { type Comparators, serveComparators, writeForD3, writeForReactPprof } from './page/comparators.ts'
import { type Interaction, interact } from './page/interactions.ts'
import { type LivePage, live } from './page/live.ts'
import { manyFunctions } from './page/many-functions.ts'
import { type OpenCost, watch } from './page/observe.ts'

/** Opening a profile in a viewer, the best of its runs: other work on the machine only ever adds time. */
export interface Opening extends OpenCost {
  readonly viewer: string
  readonly nodes: number
  /** Busy time, over that of `d3-flame-graph` with the same profile. */
  readonly overD3: number | undefined
}

export interface PageResult {
  readonly openings: readonly Opening[]
  readonly charts: readonly ChartOpening[]
  readonly interactions: readonly Interaction[]
  readonly live: readonly LivePage[]
  readonly bytes: Readonly<Record<string, number>>
}

const SIZES = [10_000, 100_000, 1_000_000]
const RUNS = 2
/** Most nodes for `react-pprof`: its file has a sample with the whole stack for each, and more would take minutes. */
const MOST_FOR_PPROF = 10_000
const VIEWERS = {
  dashboard: '.flame-box',
  'd3-flame-graph': '.d3-flame-graph rect',
  'react-pprof': 'canvas',
} as const

/** Measures the page with large profiles, and other viewers with the same ones, in one browser. */
export async function page(): Promise<PageResult> {
  const browser = await launch()
  const server = await startFakeServer({ requests: 200 })
  const comparators = await serveComparators()
  const openings: Opening[] = []
  const interactions: Interaction[] = []
  try {
    for (const nodes of SIZES) {
      const urls = urlsOf(bigProfile(nodes), server, comparators)
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
    const result = {
      openings,
      charts: await charts(browser, server, comparators),
      interactions,
      live: await live(browser),
      bytes: bytes(),
    }
    for (const part of Object.values(result)) console.table(part)
    return result
  } finally {
    await browser.close()
    await server.close()
    comparators.close()
  }
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
