import { percentile } from '../measure.ts'
import type { Watched } from './observe.ts'

/** Script time of one kind of step, each until all that it set off is done. */
export interface Interaction {
  readonly viewer: string
  readonly nodes: number
  readonly what: string
  readonly steps: number
  readonly p50Ms: number
  readonly p95Ms: number
}

type Step = (watched: Watched, i: number) => Promise<number>

/** Measures what people do with a flame graph, in scripted steps. */
export async function interact(viewer: string, nodes: number, watched: Watched): Promise<Interaction[]> {
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
        // The transition takes three quarters of a second.
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

export function percentiles(times: readonly number[]): { p50Ms: number; p95Ms: number } {
  return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95) }
}
