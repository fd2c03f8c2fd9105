import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'

/** How long to wait for what has to come, on a machine that is very busy too. */
const PATIENCE_MS = 60_000

const root = fileURLToPath(new URL('..', import.meta.url))
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Real Chromium, installed where there is none; and the page it is to show, built where it is not. */
export async function launch(): Promise<Browser> {
  const command = (script: string, ...rest: string[]) =>
    execFileSync(process.execPath, [script, ...rest], { cwd: root, encoding: 'utf8' })
  const executablePath = command('scripts/chromium.mjs', '--install').trim()
  if (process.env.DASHBOARD_DIST === undefined && !existsSync(`${root}/dist/dashboard/index.html`)) {
    command('scripts/build.mjs')
  }
  return chromium.launch({ executablePath, args })
}

export interface Opened {
  readonly page: Page
  /** Says what the browser complained about since the last time: errors, and breaches of the content policy. */
  complaints(): string[]
}

/** A page of its own, where every complaint of the browser is written down. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  let said: string[] = []
  page.on('pageerror', (error) => said.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text())
  })
  await page.goto(url)
  // Before that it hears no keys.
  await drawn(page)
  const complaints = () => {
    const result = said
    said = []
    return result
  }
  return { page, complaints }
}

/** Runs a test on a page, and closes it; no complaint of the browser may be left. */
export async function onPage(
  opening: Promise<Opened>,
  run: (opened: Opened) => Promise<void>,
): Promise<void> {
  const opened = await opening
  try {
    await run(opened)
    assert.deepEqual(opened.complaints(), [])
  } finally {
    await opened.page.context().close()
  }
}

/** Waits for what no element of the page shows: until `look` finds it, or for a minute. */
export async function until(look: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
    if (await look()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail(`waited for a minute: ${what}`)
}

/** Waits until the page has drawn what has changed, and done what it does after that: in its own frames, however slow. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
    await new Promise((resolve) => setTimeout(resolve))
  })
}

/** The same, and what it does when nothing has changed for a moment. */
export async function settled(page: Page): Promise<void> {
  await drawn(page)
  // By its own clock, on which the timers of the page come first.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 150)))
}

/** A box of the flame graph, by the element that stands for it; CSS pixels of the window. */
export interface Box {
  readonly id: string
  readonly label: string
  readonly parent: string
  readonly level: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** All boxes that are named, once the graph stands still. */
export async function boxes(page: Page): Promise<Box[]> {
  let last = ''
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
    await settled(page)
    const found = await page.locator('.flame-box').evaluateAll((elements) =>
      elements.map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect()
        return {
          id: element.id,
          label: element.getAttribute('aria-label') ?? '',
          parent: `box-${element.getAttribute('data-parent')}`,
          level: Number(element.getAttribute('aria-level')),
          ...{ x, y, width, height },
        }
      }),
    )
    const now = JSON.stringify(found)
    if (found.length > 0 && now === last) return found
    last = now
  }
  assert.fail('the flame graph never stood still')
}

/** The box of a function; the widest where there are several. */
export function boxOf(all: readonly Box[], name: string): Box {
  const [box] = all.filter(({ label }) => label.startsWith(`${name}:`)).sort((a, b) => b.width - a.width)
  assert.ok(box, `no box of ${name} among ${all.map(({ label }) => label).join('; ')}`)
  return box
}

/** Opens the panel with the state of the profiler, whose details are loaded then. */
export async function openStatus(page: Page): Promise<Locator> {
  await page.getByTitle('State of the profiler').click()
  const panel = page.locator('#status')
  await panel.getByText('Sampler').waitFor()
  return panel
}
