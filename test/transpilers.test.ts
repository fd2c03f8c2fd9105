import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createFolder, esbuild, type Found, tsxFlag } from './transpiled.ts'

/** Lines count: what a compiler drops stands above, so that lines of source and of code differ. */
const source = `// line 1
export interface Options {
  readonly ms: number
}

type Dropped = {
  readonly nothing: string
}

export async function run(ms: number): Promise<number> {
  const options: Options = { ms }
  return burnTop(options) + (await burnArrow(ms)) + new Burner().burnMethod(ms)
}

function burnTop(
  { ms }: Options,
): number {
  const end = performance.now() + ms
  let x = 0
  while (performance.now() < end) {
    x += Math.sqrt(x + 1)
  }
  return x
}

const burnArrow = async (ms: number): Promise<number> => {
  const end = performance.now() + ms
  let x = 0
  while (performance.now() < end) x += Math.sqrt(x + 1)
  return x as number satisfies Dropped | number
}

class Burner {
  private readonly from: number = 1
  burnMethod(ms: number): number {
    const end = performance.now() + ms
    let x: number = this.from
    while (performance.now() < end) x += Math.sqrt(x + 1)
    return x
  }
}
`

/** First and last line of the functions above. */
const expected = { burnTop: [15, 24], burnArrow: [26, 31], burnMethod: [35, 40] }

/** Checks name, file and line of each function, and that its samples' lines lie in it, if lines are known. */
function check(found: readonly Found[], file: string, lines: 'lines' | 'no lines'): void {
  for (const [name, [first, last]] of Object.entries(expected)) {
    const entry = found.find(({ frame }) => frame.name === name)
    assert.ok(entry, `${name} is not among ${found.map(({ frame }) => frame.name)}`)
    const { file: where, line, column, kind } = entry.frame
    // Where parameters begin on a line of their own, some compilers name that one.
    assert.ok(line === first || (name === 'burnTop' && line === first + 1), `${name} stands on line ${line}`)
    assert.deepEqual([where, kind], [file, 'app'])
    assert.ok(column > 0)
    const known = entry.lines.filter((at) => at > 0)
    assert.equal(known.length > 0, lines === 'lines', `${name} has lines ${entry.lines}`)
    assert.ok(
      known.every((at) => at >= first && at <= last),
      `${name} has lines ${known}`,
    )
  }
}

describe('names and lines of TypeScript', () => {
  const folder = createFolder()
  after(() => folder.remove())
  folder.write('package.json', '{ "type": "module" }')
  folder.write('src/app.ts', source)
  folder.write('src/common.cts', source)

  const transform = (options: import('esbuild').TransformOptions) =>
    esbuild.transformSync(source, { loader: 'ts', sourcefile: '../src/app.ts', ...options })

  it('by tsx, as a module', () => {
    check(folder.run('src/app.ts', [tsxFlag]), 'src/app.ts', 'no lines')
  })

  it('by tsx, as CommonJS', () => {
    check(folder.run('src/common.cts', [tsxFlag]), 'src/common.cts', 'no lines')
  })

  it('by tsx, with a query as watchers add it', () => {
    process.env.QUERY = '?update=17'
    try {
      check(folder.run('src/app.ts', [tsxFlag]), 'src/app.ts', 'no lines')
    } finally {
      delete process.env.QUERY
    }
  })

  it('by tsx, which wraps functions and so takes their names from V8', () => {
    folder.write(
      'src/wrapped.ts',
      `const spin = (ms: number) => { const end = performance.now() + ms; while (performance.now() < end); }
        export const bare = (a: number) => spin(a)
        export const two = (a: number, b?: string): void => { spin(a) }
        export const expression = function (a: number) { spin(a) }
        export const asynchronous = async function (a: number) { spin(a) }
        export const generic = <T,>(a: T): void => spin(Number(a))
        export const typed: (a: number) => void = async (a) => spin(a)
        export const routes = { handler: async (a: number) => spin(a) }
        class Service { private readonly field: (a: number) => void = (a) => spin(a); call(a: number) { this.field(a) } }
        let later: (a: number) => void
        later = (a) => spin(a)
        const all = [bare, two, expression, asynchronous, generic, typed, routes.handler, later]
        export function run() {
          for (const each of all) each(8)
          new Service().call(8)
          const notThis = ((a: number) => spin(a))(8)
          const norThis = [8].map((a: number) => spin(a))
        }\n`,
    )
    const found = folder
      .run('src/wrapped.ts', [tsxFlag])
      .filter(({ frame }) => frame.file === 'src/wrapped.ts')
    const lineOf = (name: string) => found.find(({ frame }) => frame.name === name)?.frame.line
    const names = [
      'bare',
      'two',
      'expression',
      'asynchronous',
      'generic',
      'typed',
      'handler',
      'field',
      'later',
    ]
    assert.deepEqual(names.map(lineOf), [2, 3, 4, 5, 6, 7, 8, 9, 11])
    const nameless = found.filter(({ frame }) => frame.name === '(anonymous)').map(({ frame }) => frame.line)
    assert.deepEqual(new Set(nameless.filter((line) => line > 1)), new Set([16, 17]))
  })

  it("by Node's own type stripping", { skip: !process.features.typescript }, () => {
    const plain = source.replace('private readonly from', 'readonly from')
    folder.write('src/strip.ts', plain)
    check(folder.run('src/strip.ts', ['--no-warnings']), 'src/strip.ts', 'lines')
  })

  it('by nobody: classes with fields and line breaks of all kinds keep no line from being known', () => {
    const spin = 'const end = performance.now() + 8; while (performance.now() < end);'
    folder.write(
      'src/fields.js',
      `class Service {\n  field = (() => { ${spin} })()\n}\n// \u2028 \r\r\n` +
        `const arrow = x /* c */ => {\n  ${spin}\n}\nexport { Service, arrow }\n`,
    )
    folder.write(
      'src/plain.js',
      "import { arrow, Service } from './fields.js'\nexport const run = (ms) => [new Service(), arrow(ms)]\n",
    )
    const found = folder.run('src/plain.js').filter(({ frame }) => frame.file === 'src/fields.js')
    for (const [name, line] of [
      ['arrow', 8],
      ['(anonymous)', 2],
    ] as const) {
      assert.ok(found.find(({ frame }) => frame.name === name)?.lines.includes(line), name)
    }
  })

  it('by tsc, with the map in a file, and inline', () => {
    const tsc = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin', 'tsc')
    const flags = ['--target', 'es2022', '--module', 'nodenext', '--types', '', '--noCheck']
    for (const [out, map] of [
      ['file', '--sourceMap'],
      ['inline', '--inlineSourceMap'],
    ]) {
      execFileSync(process.execPath, [tsc, ...flags, map, '--outDir', `out/${out}`, 'src/app.ts'], {
        cwd: folder.path,
      })
      check(folder.run(`out/${out}/app.js`), 'src/app.ts', 'lines')
      check(folder.run(`out/${out}/app.js`, ['--enable-source-maps']), 'src/app.ts', 'lines')
    }
  })

  it('by esbuild, with a map in a file, inline, with a source root, and as an index of maps', () => {
    const { code, map } = transform({ sourcemap: 'external', sourcesContent: false })
    folder.write('dist/file.js', `${code}//# sourceMappingURL=file.js.map\n`)
    folder.write('dist/file.js.map', map)
    folder.write('dist/rooted.js', `${code}//# sourceMappingURL=maps/rooted.js.map\n`)
    const rooted = { ...JSON.parse(map), sourceRoot: '../../src/', sources: ['app.ts'] }
    folder.write('dist/maps/rooted.js.map', JSON.stringify(rooted))
    folder.write('dist/inline.js', transform({ sourcemap: 'inline' }).code)
    folder.write('dist/index.js', `${code}//# sourceMappingURL=index.js.map`)
    const sections = [{ offset: { line: 0, column: 0 }, map: JSON.parse(map) }]
    folder.write('dist/index.js.map', JSON.stringify({ version: 3, sections }))
    for (const name of ['file', 'rooted', 'inline', 'index'])
      check(folder.run(`dist/${name}.js`), 'src/app.ts', 'lines')
    check(folder.run('dist/rooted.js', ['--enable-source-maps']), 'src/app.ts', 'lines')
  })

  it('by esbuild, as a bundle in which functions were renamed', () => {
    const twin = (ms: string) =>
      `function burnSame(ms) {\n const end = performance.now() + ${ms}\n while (performance.now() < end);\n return 1\n}\n`
    folder.write('src/one.js', `${twin('ms')}export const one = (ms) => burnSame(ms)`)
    folder.write('src/two.js', `\n\n\n${twin('ms + 1')}export const two = (ms) => burnSame(ms)`)
    folder.write(
      'src/both.js',
      "import { one } from './one.js'\nimport { two } from './two.js'\nexport const run = (ms) => one(ms) + two(ms)\n",
    )
    for (const minify of [false, true]) {
      esbuild.buildSync({
        entryPoints: [join(folder.path, 'src/both.js')],
        outfile: join(folder.path, 'dist/both.js'),
        bundle: true,
        format: 'esm',
        sourcemap: true,
        minifyIdentifiers: minify,
        minifyWhitespace: minify,
      })
      const found = folder.run('dist/both.js').map(({ frame, raw }) => ({
        ...frame,
        raw: raw.name,
      }))
      const same = found.filter(({ name }) => name === 'burnSame')
      assert.deepEqual(same.map(({ file, line }) => `${file}:${line}`).sort(), [
        'src/one.js:1',
        'src/two.js:4',
      ])
      assert.equal(same.filter(({ raw }) => raw === 'burnSame').length, minify ? 0 : 1)
    }
  })

  it('by esbuild, minified, with the map in the hands of Node, whichever function is looked up first', () => {
    const spin = '{ const end = performance.now() + ms; while (performance.now() < end); return ms }'
    folder.write(
      'src/small.js',
      `const computeTotals = (ms) => ${spin}\nconst renderReport = (ms) => ${spin}
        export const handlers = Array.of((ms) => ${spin.replace('return ms', 'return computeTotals(ms) + renderReport(ms)')})`,
    )
    esbuild.buildSync({
      entryPoints: [join(folder.path, 'src/small.js')],
      outfile: join(folder.path, 'dist/small.js'),
      format: 'esm',
      sourcemap: true,
      minify: true,
    })
    folder.write(
      'dist/main.js',
      "import { handlers } from './small.js'\nexport const run = (ms) => handlers[0](ms / 3)\n",
    )
    const found = folder.run('dist/main.js', ['--enable-source-maps'])
    const names = found.filter(({ frame }) => frame.file === 'src/small.js').map(({ frame }) => frame.name)
    assert.deepEqual(names.sort(), ['(anonymous)', 'computeTotals', 'renderReport'])
  })

  it('by a loader that compiles in memory and leaves the map to V8 alone, as ts-node and Babel do', () => {
    for (const name of ['memory.cts', 'memory.js']) {
      const path = folder.write(`src/${name}`, source)
      const { code } = transform({ sourcemap: 'inline', format: 'cjs', sourcefile: path })
      folder.write('src/code.txt', code)
      folder.write(
        'src/loader.cjs',
        `
        const Module = require('node:module'), { join } = require('node:path'), { readFileSync } = require('node:fs')
        const made = new Module(join(__dirname, '${name}'))
        made._compile(readFileSync(join(__dirname, 'code.txt'), 'utf8'), join(__dirname, '${name}'))
        exports.run = made.exports.run`,
      )
      for (const sampler of ['inspector', 'auto']) {
        process.env.SAMPLER = sampler
        try {
          check(folder.run('src/loader.cjs'), `src/${name}`, 'lines')
        } finally {
          delete process.env.SAMPLER
        }
      }
    }
  })

  it('by a loader that leaves no map: where the code ran, and no lines', () => {
    folder.write('src/unmapped.cts', source)
    const { code } = transform({ format: 'cjs' })
    folder.write('src/code.txt', code)
    folder.write(
      'src/loader.cjs',
      readFileSync(join(folder.path, 'src/loader.cjs'), 'utf8').replaceAll('memory.js', 'unmapped.cts'),
    )
    const found = folder.run('src/loader.cjs').find(({ frame }) => frame.name === 'burnTop')
    assert.equal(found?.frame.file, 'src/unmapped.cts')
    assert.equal(found?.frame.line, found?.raw.line)
    assert.deepEqual(found?.lines, [0])
  })
})
