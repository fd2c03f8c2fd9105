import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

// The package as users get it: packed, and installed in a project of its own without the optional profiler and
// without install scripts.

const root = fileURLToPath(new URL('..', import.meta.url))
const windows = process.platform === 'win32'
let scratch = ''
let packed: string[] = []

before(() => {
  assert.ok(existsSync(join(root, 'dist/dashboard/index.html')), 'build first: npm run build')
  scratch = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
  const [{ filename, files }] = JSON.parse(
    npm(root, ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch]),
  ) as [{ filename: string; files: { path: string }[] }]
  packed = files.map(({ path }) => path)
  writeProject()
  npm(scratch, ['install', '--prefer-offline', '--ignore-scripts', '--omit=optional', `./${filename}`])
  cpSync(join(root, 'test/consumer'), scratch, { recursive: true })
})

after(() => rmSync(scratch, { recursive: true, force: true }))

test('the tarball holds what runs and what types it, and nothing else', () => {
  const expected =
    /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|THIRD-PARTY\.md|dist\/plugin\/((index|shared|install)\.js|pprof-format\.cjs)|dist\/plugin\/[\w/-]+\.d\.ts|dist\/dashboard\/[\w.-]+\.(html|js|css|svg))$/
  assert.deepEqual(
    packed.filter((path) => !expected.test(path)),
    [],
  )
  for (const path of [
    'dist/plugin/index.js',
    'dist/plugin/index.d.ts',
    'dist/dashboard/index.html',
    'LICENSE',
  ]) {
    assert.ok(packed.includes(path), path)
  }
})

test('the types bring none that no type names, and what a user hovers over is explained', () => {
  for (const path of packed.filter((name) => name.endsWith('.d.ts'))) {
    assert.doesNotMatch(readFileSync(join(root, path), 'utf8'), /^import ['"]/m, path)
  }
  const index = readFileSync(join(root, 'dist/plugin/index.d.ts'), 'utf8')
  assert.match(index, /\*\/\nexport declare const profiler:/)
  assert.match(index, /\*\/\n\s*profiler: Profiler;/)
})

test('nothing of ours runs when it is installed', () => {
  const { scripts } = readManifest(root)
  assert.deepEqual(
    ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare'].filter(
      (name) => name in scripts,
    ),
    [],
  )
})

test('every package that the built code names is declared', () => {
  const { dependencies, optionalDependencies } = readManifest(root)
  const declared = [...Object.keys(dependencies), ...Object.keys(optionalDependencies)]
  const named = new Set(packagesIn(join(root, 'dist/plugin')))
  assert.deepEqual([...named].sort(), declared.sort())
})

test('no bundler takes for its own what the built code loads later', () => {
  // @vercel/ncc renames a variable `require`, before it is set; webpack empties what an imported `createRequire` makes.
  for (const name of ['index.js', 'install.js', 'shared.js']) {
    const text = readFileSync(join(root, 'dist/plugin', name), 'utf8')
    assert.doesNotMatch(
      text,
      /(?:var|let|const) require\b|(?<![.\w])require\(|^import \{[^}]*\bcreateRequire\b/m,
    )
  }
})

test('works as an ES module without the optional profiler, page included', () => {
  assert.ok(!existsSync(join(scratch, 'node_modules/v8-profiler-next')))
  const seen = run(['esm.mjs', 'auto'])
  assert.equal(seen.same, true)
  assert.equal(seen.enabled, true)
  assert.match(seen.sampler, /^(v8|inspector)$/)
  assert.equal(seen.routes.length, 1)
  assert.equal(seen.routes[0].route, 'GET /burn')
  assert.ok(seen.routes[0].ownMs > 20, `40 ms burnt, ${seen.routes[0].ownMs} ms recorded`)
  assert.deepEqual(seen.writers, [0, 1], 'what writes pprof is loaded when it is asked for')
  assert.equal(seen.pprof, true)
  assert.equal(seen.page, 200)
  assert.equal(seen.script.status, 200)
  assert.match(seen.script.type, /javascript/)
})

test('bundled with an application, it shows the functions of that, and says what is missing', async () => {
  await build({
    configFile: false,
    root: scratch,
    logLevel: 'silent',
    ssr: { noExternal: ['fastify-profiler'] },
    build: { ssr: 'bundled.mjs', outDir: 'bundle', target: 'node20.19', minify: false },
  })
  const { names, page, warnings } = run(['bundle/bundled.mjs'])
  assert.ok(names.includes('burnInBundle'), names.join())
  assert.equal(page, 404)
  assert.match(
    warnings.join(),
    /^fastify-profiler: the files of the dashboard are missing: keep [^,]* out of/,
  )
})

test('bundled as CommonJS, where modules have no address, the application starts, and is profiled where it is on', async () => {
  await build({
    configFile: false,
    root: scratch,
    logLevel: 'silent',
    // As esbuild does it.
    define: { 'import.meta.url': 'undefined' },
    ssr: { noExternal: ['fastify-profiler'] },
    build: {
      ssr: 'bundled-cjs.mjs',
      outDir: 'bundle-cjs',
      target: 'node20.19',
      minify: false,
      rolldownOptions: {
        output: { format: 'cjs', entryFileNames: 'bundled.cjs', chunkFileNames: '[name].cjs' },
      },
    },
  })
  assert.match(
    readFileSync(join(scratch, 'bundle-cjs/bundled.cjs'), 'utf8'),
    /moduleUrl\((void 0|undefined)\)/,
  )
  assert.deepEqual(run(['bundle-cjs/bundled.cjs']), { body: 'hello', requests: 0, page: 404 })
  assert.deepEqual(run(['bundle-cjs/bundled.cjs', 'on']), { body: 'hello', requests: 1, page: 404 })
})

test('works by require() from CommonJS', () => {
  assert.deepEqual(run(['cjs.cjs']), { same: true, enabled: true, statusCode: 200, routes: ['GET /hello'] })
})

test('says so when the profiler that is asked for is not installed', () => {
  const { status, stderr } = spawnSync(process.execPath, ['esm.mjs', 'v8-profiler-next'], {
    cwd: scratch,
    encoding: 'utf8',
  })
  assert.notEqual(status, 0)
  assert.match(stderr, /FST_PROFILER_\w+/)
  assert.match(stderr, /v8-profiler-next/)
})

for (const [module, moduleResolution] of [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
]) {
  test(`types compile in a project of module ${module}, resolution ${moduleResolution}`, () => {
    const compilerOptions = {
      target: 'es2022',
      module,
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      declaration: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    }
    // A bundler's project has no CommonJS, and Node 16's cannot require an ES module.
    const files = module === 'nodenext' ? ['esm.mts', 'cjs.cts'] : ['esm.mts']
    writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], {
      cwd: scratch,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stdout)
  })
}

/** With Fastify, at the versions of the project's own lockfile, so that no release of others can break the test. */
function writeProject(): void {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const manifest = { private: true, dependencies: { fastify: lock.packages['node_modules/fastify'].version } }
  lock.packages[''] = manifest
  writeFileSync(join(scratch, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(scratch, 'package-lock.json'), JSON.stringify(lock))
}

function npm(cwd: string, args: readonly string[]): string {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  return execFileSync('npm', [...args, ...quiet], { cwd, encoding: 'utf8', shell: windows })
}

function run(args: readonly string[]) {
  return JSON.parse(execFileSync(process.execPath, [...args], { cwd: scratch, encoding: 'utf8' }))
}

function readManifest(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Names of npm packages in imports and in calls of `require`. */
function packagesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  )
  const specifiers = files.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const found = text.matchAll(
      /^(?:import|export)\s[^;]*?from "([^"]+)"|(?:import|[rR]equire|\.url\))\("([^"]+)"\)/gm,
    )
    return [...found].map((match) => match[1] ?? match[2])
  })
  return specifiers
    .filter((name) => !/^(\.|node:)/.test(name) && !builtinModules.includes(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
}
