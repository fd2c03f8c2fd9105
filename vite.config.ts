import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** Most that the first load may weigh: script and style, gzipped. */
const BUDGET_BYTES = 30_000

/** The dashboard, built to a few files of fixed names that the plugin serves under any prefix. */
export default defineConfig({
  root: 'dashboard',
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: process.env.DASHBOARD_DIST ?? '../dist/dashboard',
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari18'],
    // Nothing inline: the page's content security policy allows files of its own origin only.
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        entryFileNames: 'dashboard.js',
        chunkFileNames: '[name].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
  worker: { format: 'es', rolldownOptions: { output: { entryFileNames: '[name].js' } } },
  plugins: [sizeBudget()],
})

/** Prints what the first load weighs and fails the build above the budget. */
function sizeBudget(): Plugin {
  let folder = ''
  return {
    name: 'size-budget',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
    },
    writeBundle(_options, bundle) {
      const html = readFileSync(join(folder, 'index.html'), 'utf8')
      const files = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name))
      const named = files.filter((name) => html.includes(`"./${name}"`))
      // What these import is loaded at first too: the bundler may cut it off into a file of its own.
      const first = [...withImports(named, bundle)]
      const later = files.filter((name) => !first.includes(name))
      const weigh = (names: readonly string[]) =>
        names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0)
      const text = `dashboard, gzipped: ${weigh(first)} bytes at first (${first.join(', ')}; budget ${BUDGET_BYTES})`
      if (first.length < 2 || weigh(first) > BUDGET_BYTES) throw new Error(text)
      console.log(`${text}, ${weigh(later)} later (${later.join(', ')})`)
    },
  }
}

/** Files and all that they import at once, and not when needed. */
function withImports(
  names: readonly string[],
  bundle: Readonly<Record<string, { readonly imports?: readonly string[] }>>,
): Set<string> {
  const found = new Set(names)
  for (const name of found) for (const other of bundle[name]?.imports ?? []) found.add(other)
  return found
}
