import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Who may import whom. The longest folder that a file lies in has the word. */
const mayImport: Record<string, readonly string[]> = {
  'plugin/model/': ['plugin/model/'],
  'plugin/': ['plugin/', 'node:', 'npm:'],
  'dashboard/model/': ['dashboard/model/', 'plugin/model/'],
  'dashboard/views/': ['dashboard/views/', 'dashboard/model/', 'plugin/model/', 'npm:preact'],
  'dashboard/syntax.ts': ['dashboard/model/', 'npm:js-tokens'],
  'dashboard/': ['dashboard/', 'plugin/model/', 'npm:preact'],
}

/** What only these may know of, `import type` included. */
const knownOnlyIn: Record<string, readonly string[]> = {
  'npm:v8-profiler-next': ['plugin/sampler/'],
  // Symbols ask it for source maps and texts, never for a profile.
  'node:inspector': ['plugin/sampler/', 'plugin/symbols/ask-v8.ts', 'plugin/calls/coverage.ts'],
  'node:v8': ['plugin/sampler/', 'plugin/tracker/async-hooks.ts'],
  'node:async_hooks': ['plugin/tracker/async-hooks.ts'],
  'npm:fastify-plugin': ['plugin/index.ts'],
  'npm:@fastify/static': ['plugin/api/'],
  'npm:pprof-format': ['plugin/formats/pprof.ts'],
  // Shapes of requests and of the instance; the options take functions of a request.
  'npm:fastify': [
    'plugin/index.ts',
    'plugin/install.ts',
    'plugin/requests/',
    'plugin/calls/follow.ts',
    'plugin/api/',
    'plugin/options/',
  ],
}

/** The folders of the plugin in a line: code of each needs only what stands before it. */
const inLine = [
  'model',
  'options',
  'sampler',
  'tracker',
  'symbols',
  'requests',
  'attribution',
  'store',
  'formats',
  'baselines',
  'runs',
  'calls',
  'api',
].map((name) => `plugin/${name}/`)

/** What ran when, who held the thread when, and what is kept: joined by others, unknown to each other. */
const strangers = ['plugin/sampler/', 'plugin/tracker/', 'plugin/store/']

interface Import {
  readonly from: string
  /** Path from the project's root, `node:…`, or `npm:…`. */
  readonly to: string
  /** `import type`, which is gone when the code runs. */
  readonly type: boolean
}

const root = fileURLToPath(new URL('..', import.meta.url))
const specifiers =
  /^(?:import|export)(?<type> type)?\s*(?:[\w*\s,{}$]*?\sfrom\s)?'(?<named>[^']+)'|(?:\bimport|\brequire|\(import\.meta\.url\))\('(?<called>[^']+)'\)/gm
const imports = [...importsIn('plugin'), ...importsIn('dashboard')]

test('folders import only what the table allows', () => {
  const wrong = imports.filter(({ from, to }) => !startsWithAny(to, mayImport[folderRule(from)]))
  assert.deepEqual(wrong.map(line), [])
  assert.ok(imports.length > 100, 'the regular expression finds imports')
})

test('only the parts made for it know the outside', () => {
  const wrong = imports.filter(({ from, to }) => {
    const keepers = from.startsWith('plugin/') ? knownOnlyIn[to] : undefined
    return keepers !== undefined && !startsWithAny(from, keepers)
  })
  assert.deepEqual(wrong.map(line), [])
})

test('fastify is imported for its types only: the application brings its own', () => {
  const wrong = imports.filter(({ to, type }) => !type && to === 'npm:fastify')
  assert.deepEqual(wrong.map(line), [])
})

test('the folders of the plugin stand in a line', () => {
  const placeOf = (path: string) => inLine.findIndex((folder) => path.startsWith(folder))
  const wrong = imports.filter(
    ({ from, to, type }) => !type && placeOf(from) >= 0 && placeOf(to) > placeOf(from),
  )
  assert.deepEqual(wrong.map(line), [])
  const folders = new Set(imports.flatMap(({ from }) => /^plugin\/[^/]+\//.exec(from) ?? []))
  assert.deepEqual([...folders].sort(), [...inLine].sort())
})

test('sampler, tracker and store never import each other', () => {
  const strangerOf = (path: string) => strangers.find((name) => path.startsWith(name))
  const wrong = imports.filter(({ from, to }) => {
    const [a, b] = [strangerOf(from), strangerOf(to)]
    return a !== undefined && b !== undefined && a !== b
  })
  assert.deepEqual(wrong.map(line), [])
})

test('the modules of the plugin stand in a line: none needs, in the end, itself', () => {
  const needs = new Map<string, string[]>()
  for (const { from, to, type } of imports) if (!type) needs.set(from, [...(needs.get(from) ?? []), to])
  const done = new Set<string>()
  const visit = (path: string, above: readonly string[]): void => {
    assert.ok(!above.includes(path), `circle: ${[...above, path].join(' → ')}`)
    if (done.has(path)) return
    for (const next of needs.get(path) ?? []) visit(next, [...above, path])
    done.add(path)
  }
  for (const path of needs.keys()) visit(path, [])
})

function importsIn(folder: string): Import[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return files
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .flatMap((from) => {
      const text = readFileSync(join(root, from), 'utf8')
      return [...text.matchAll(specifiers)].map(({ groups }) => ({
        from,
        to: target(from, groups?.named ?? groups?.called ?? ''),
        type: groups?.type !== undefined,
      }))
    })
}

function target(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  return specifier.startsWith('node:') ? specifier : `npm:${specifier}`
}

function folderRule(from: string): string {
  const rules = Object.keys(mayImport).filter((folder) => from.startsWith(folder))
  return rules.reduce((a, b) => (a.length > b.length ? a : b))
}

function startsWithAny(path: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix))
}

function line({ from, to }: Import): string {
  return `${from} → ${to}`
}
