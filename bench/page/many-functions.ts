import type { Browser } from 'playwright-core'
import { bigProfile } from '../../test/fake-data.ts'
import type { FakeServer } from '../../test/fake-server.ts'
import { type Interaction, percentiles } from './interactions.ts'
import { watch } from './observe.ts'

const NODES = 100_000
const FUNCTIONS = 50_000

/** Measures sorting and filtering a list of very many functions. */
export async function manyFunctions(browser: Browser, server: FakeServer): Promise<Interaction[]> {
  const profile = bigProfile(NODES, FUNCTIONS)
  server.profileFor = () => profile
  const { page, step, close } = await watch(browser, `${server.url}?route=GET+/search&all`, '.flame-box')
  await page.getByRole('heading', { name: 'Hot functions' }).scrollIntoViewIfNeeded()
  await page.locator('.functions tbody tr').first().waitFor()
  const functions = new Set(profile.tree.frame).size - 1
  const columns = ['Total', 'Self', 'Function', 'Self']
  const sorts: number[] = []
  for (let i = 0; i < 12; i++) {
    const head = page.locator('.functions thead').getByRole('button', { name: columns[i % 4] })
    // Without moving the pointer, which would be the harness's own work on the page.
    sorts.push(await step(() => head.dispatchEvent('click')))
  }
  await page.getByLabel('Filter functions').focus()
  const keys: number[] = []
  for (const key of [...'function12', 'Backspace', 'Backspace']) {
    keys.push(await step(() => page.keyboard.press(key)))
  }
  const rows = await page.locator('.functions tbody tr').count()
  await close()
  const about = { viewer: `dashboard, ${functions} functions, ${rows} rows in the page`, nodes: NODES }
  return [
    { ...about, what: 'sort', steps: sorts.length, ...percentiles(sorts) },
    { ...about, what: 'filter', steps: keys.length, ...percentiles(keys) },
  ]
}
