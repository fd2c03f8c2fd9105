import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { encodedMap, TraceMap } from '@jridgewell/trace-mapping'
import fc from 'fast-check'
import type { Frame } from '../plugin/model/profile.ts'
import type { RawFrame } from '../plugin/model/raw-tree.ts'
import { createByteCache } from '../plugin/symbols/byte-cache.ts'
import { createSymbols } from '../plugin/symbols/index.ts'
import { createScripts } from '../plugin/symbols/scripts.ts'

const raw = (url: string, line = 1, column = 1, name = 'f'): RawFrame => ({ name, url, line, column })
const place = ({ file, kind, package: owner }: Frame) =>
  [file, kind, owner].filter((part) => part !== undefined)

describe('files of scripts', () => {
  const rows: readonly (readonly [root: string, url: string, file: string, kind: string, owner?: string])[] =
    [
      ['/srv/app', 'file:///srv/app/src/x.js', 'src/x.js', 'app'],
      ['/srv/app', '/srv/app/src/x.js', 'src/x.js', 'app'],
      ['/srv/app/', '/srv/app/src/x.js', 'src/x.js', 'app'],
      ['/srv/app', 'file:///srv/app/src/x.js?update=17#top', 'src/x.js', 'app'],
      ['/srv/app', 'file:///srv/app/my%20src/%23x.js', 'my src/#x.js', 'app'],
      ['/srv/app', 'file:///srv/app/100%/x.js', '100%/x.js', 'app'],
      ['/srv/app', 'file:///srv/app/my%20src/100%.js', 'my src/100%.js', 'app'],
      ['/srv/app', 'file://localhost/srv/app/x.js', 'x.js', 'app'],
      ['/srv/app', '/srv/app2/x.js', '../app2/x.js', 'app'],
      ['/srv/app', '/srv/lib/x.js', '../lib/x.js', 'app'],
      ['/srv/app', '/x.js', '../../x.js', 'app'],
      ['/srv/app/src', '/srv/app', '../../app', 'app'],
      ['/', '/srv/app/x.js', 'srv/app/x.js', 'app'],
      [
        '/srv/app',
        '/srv/app/node_modules/fastify/lib/x.js',
        'node_modules/fastify/lib/x.js',
        'package',
        'fastify',
      ],
      ['/srv/app', '/srv/app/node_modules/@a/b/x.js', 'node_modules/@a/b/x.js', 'package', '@a/b'],
      [
        '/srv/app',
        '/srv/node_modules/a/node_modules/b/x.js',
        '../node_modules/a/node_modules/b/x.js',
        'package',
        'b',
      ],
      [
        '/a',
        '/a/node_modules/.pnpm/x@1.0.0_y@2/node_modules/@s/x/i.js',
        'node_modules/.pnpm/x@1.0.0_y@2/node_modules/@s/x/i.js',
        'package',
        '@s/x',
      ],
      ['/srv/node_modules/app', '/srv/node_modules/app/x.js', 'x.js', 'app'],
      ['/srv/node_modules/app', '/srv/node_modules/lib/x.js', '../lib/x.js', 'package', 'lib'],
      ['/srv/app', '/srv/app/node_modules/x.js', 'node_modules/x.js', 'app'],
      ['C:\\srv\\app', 'file:///C:/srv/app/src/x.js', 'src/x.js', 'app'],
      ['C:\\srv\\app\\', 'c:\\srv\\app\\src\\x.js', 'src/x.js', 'app'],
      [
        'C:\\srv\\app',
        'C:\\srv\\app\\node_modules\\@a\\b\\x.js',
        'node_modules/@a/b/x.js',
        'package',
        '@a/b',
      ],
      ['C:\\srv\\app', 'file:///D:/lib/x.js', 'D:/lib/x.js', 'app'],
      ['C:\\srv\\app', '\\\\host\\share\\x.js', '//host/share/x.js', 'app'],
      ['/srv/app', 'node:internal/timers', 'node:internal/timers', 'node'],
      ['/srv/app', 'evalmachine.<anonymous>', 'evalmachine.<anonymous>', 'app'],
      ['/srv/app', '[eval]', '[eval]', 'app'],
      ['/srv/app', 'my-virtual.js', 'my-virtual.js', 'app'],
      ['/srv/app', 'wasm://wasm/0a1b2c', 'wasm://wasm/0a1b2c', 'native'],
      ['/srv/app', 'data:text/javascript,export const secret = 1', 'data:text/javascript', 'app'],
      ['/srv/app', '"views/list.ejs"', 'views/list.ejs', 'app'],
      ['/srv/app', 'https://example.org/x.js?token=secret', 'https://example.org/x.js', 'app'],
      ['/srv/app', 'https://me:p@ss@example.org/x.js#secret', 'https://example.org/x.js', 'app'],
      ['/srv/app', 'HTTPS://me:pass@example.org/@a/x.js?secret', 'HTTPS://example.org/@a/x.js', 'app'],
      ['/srv/app', '', '', 'native'],
    ]
  for (const [root, url, ...expected] of rows) {
    it(`${url || '(none)'} below ${root}`, () => {
      assert.deepEqual(place(createSymbols(root, []).frame(raw(url))), expected)
    })
  }

  it('are states of V8 without a file', () => {
    const { frame } = createSymbols('/srv', [])
    for (const [state, name, kind] of [
      ['root', '(root)', 'root'],
      ['idle', '(idle)', 'system'],
      ['program', '(program)', 'system'],
      ['gc', '(garbage collector)', 'system'],
    ] as const) {
      assert.deepEqual(frame({ ...raw('', 0, 0, name), state }), { name, file: '', line: 0, column: 0, kind })
    }
    assert.equal(frame(raw('', 0, 0, '(not sampled)')).kind, 'system')
    assert.equal(frame(raw('', 0, 0, '')).kind, 'native')
    assert.equal(frame(raw('', 0, 0, 'parse')).kind, 'native')
  })
})

describe('names', () => {
  const nameOf = (name: string) => createSymbols('/srv', []).frame(raw('', 0, 0, name)).name

  it('are as V8 has them, or say that it has none', () => {
    assert.equal(nameOf('get #size'), 'get #size')
    assert.equal(nameOf(''), '(anonymous)')
    assert.equal(nameOf('</script><img onerror=alert(1)>'), '</script><img onerror=alert(1)>')
  })

  it('have no characters that steer a terminal or turn text around', () => {
    assert.equal(nameOf('a\u0000b\u001b[31mc\nd\u009be'), 'ab[31mcde')
    assert.equal(nameOf('user\u202egnp.exe\u2066x\u200bx\ufeff\u2028'), 'usergnp.exexx')
    assert.equal(nameOf('\ud83d \u0007'), ' ')
  })

  it('are cut to 256 characters, none of them in half', () => {
    assert.equal(nameOf('x'.repeat(256)).length, 256)
    assert.equal(nameOf('x'.repeat(10_000)), `${'x'.repeat(255)}…`)
    assert.equal(nameOf(`${'x'.repeat(254)}🔥🔥`), `${'x'.repeat(254)}…`)
  })
})

describe('a cache of limited bytes', () => {
  const cacheOf = (maxBytes: number, ...sizes: [key: string, bytes: number][]) => {
    const cache = createByteCache<string>(maxBytes)
    for (const [key, bytes] of sizes) cache.set(key, key, bytes)
    return cache
  }
  const kept = (cache: ReturnType<typeof cacheOf>, keys: string) =>
    [...keys].filter((key) => cache.get(key) !== undefined).join('')

  it('keeps what fits, to the byte, and lets the oldest go first', () => {
    assert.equal(kept(cacheOf(10, ['a', 4], ['b', 6]), 'ab'), 'ab')
    assert.equal(kept(cacheOf(10, ['a', 4], ['b', 4], ['c', 4]), 'abc'), 'bc')
    assert.equal(kept(cacheOf(10, ['a', 4], ['b', 4], ['c', 9]), 'abc'), 'c')
  })

  it('keeps what was used last', () => {
    const cache = cacheOf(10, ['a', 4], ['b', 4])
    assert.equal(cache.get('a'), 'a')
    cache.set('c', 'c', 4)
    assert.equal(kept(cache, 'abc'), 'ac')
  })

  it('counts an entry once however often it is set, and keeps the newest whatever its size', () => {
    const cache = cacheOf(10, ['a', 4], ['b', 5], ['b', 5], ['b', 5])
    assert.equal(kept(cache, 'ab'), 'ab')
    cache.set('c', 'c', 99)
    assert.equal(kept(cache, 'abc'), 'c')
    cache.set('d', 'd', 10)
    assert.equal(kept(cache, 'cd'), 'd', 'and room is there again once it goes')
  })
})

describe('isOwn', () => {
  it('knows scripts in its folders as paths and as URLs', () => {
    const { isOwn } = createSymbols('/srv', ['/srv/my plugin/', 'C:\\own'])
    for (const url of [
      '/srv/my plugin/a.js',
      'file:///srv/my%20plugin/b/c.js?x=1',
      'c:\\own\\x.js',
      'file:///C:/own/x.js',
    ]) {
      assert.equal(isOwn(url), true, url)
      assert.equal(isOwn(url), true, url)
    }
    for (const url of [
      '',
      '/srv/my plugin.js',
      '/srv/my plugin2/a.js',
      'node:fs',
      '/srv/my plugin',
      'evalmachine.<anonymous>',
    ]) {
      assert.equal(isOwn(url), false, url)
    }
  })
})

describe('scripts with source maps', () => {
  let root = ''
  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'symbols-')))
  })
  after(() => rmSync(root, { recursive: true, force: true }))

  const write = (name: string, text: string | Buffer) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
    return join(root, name)
  }
  /** `function f(` stands at 3:12 of the code, at 10:5 of the source. */
  const code = '"use strict";\n\n  function f() {\n    return 1\n  }\n'
  /** Lines of `[generated column, source, line, column, name?]`, 0-based. */
  const mapOf = (mappings: number[][][], more: object = {}) => ({
    version: 3 as const,
    names: ['original'],
    sources: ['../src/a.ts', '../src/b.ts'],
    ...encoded(mappings),
    ...more,
  })
  const good = [[], [], [[2, 0, 9, 4]], [[4, 0, 11, 6]], [[2, 0, 13, 4]]]

  it('give file, line and column of the source', () => {
    write('dist/a.js', `${code}//# sourceMappingURL=a.js.map`)
    write('dist/a.js.map', JSON.stringify(mapOf(good)))
    const { frame, line } = createSymbols(root, [])
    const f = raw(join(root, 'dist/a.js'), 3, 13)
    assert.deepEqual(frame(f), { name: 'f', file: 'src/a.ts', line: 10, column: 5, kind: 'app' })
    assert.deepEqual(
      [3, 4, 5, 2, 1, 6, 99, 0, -1].map((n) => line(f, n)),
      [10, 12, 14, 0, 0, 0, 0, 0, 0],
    )
    assert.deepEqual(frame({ ...f, url: pathToFileURL(f.url).href }), frame(f))
    assert.deepEqual(frame({ ...f, url: `${pathToFileURL(f.url)}?v=2` }), frame(f))
  })

  it('are found by comments of every kind', () => {
    const map = JSON.stringify(mapOf(good))
    const quoted = encodeURIComponent(JSON.stringify(mapOf(good, { sourcesContent: ["/* it's */", null] })))
    const base64 = Buffer.from(map).toString('base64')
    write('dist/else.map', map)
    write('maps/far.map', JSON.stringify(mapOf(good, { sourceRoot: '../src', sources: ['a.ts', 'b.ts'] })))
    for (const comment of [
      '//# sourceMappingURL=else.map',
      '//@ sourceMappingURL=else.map\n\n',
      '/*# sourceMappingURL=else.map */',
      `//# sourceMappingURL=${pathToFileURL(join(root, 'dist/else.map'))}`,
      '//# sourceMappingURL=../maps/far.map\r\n// the end',
      `//# sourceMappingURL=data:application/json;base64,${base64}`,
      `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${base64}\n`,
      `//# sourceMappingURL=data:application/json,${encodeURIComponent(map)}`,
      `//# sourceMappingURL=data:application/json;charset=utf-8,${quoted}\n`,
      `/*# sourceMappingURL=data:application/json,${quoted}*/`,
      'const s = "//# sourceMappingURL=wrong.map"\n//# sourceMappingURL=else.map',
    ]) {
      const path = write('dist/c.js', `${code}${comment}`)
      assert.equal(createSymbols(root, []).frame(raw(path, 3, 13)).file, 'src/a.ts', comment)
    }
    for (const comment of [
      'const s = "//# sourceMappingURL=else.map"',
      `const s = "//# sourceMappingURL=data:application/json,${quoted}"`,
      `const s = '//# sourceMappingURL=data:application/json,${quoted}'`,
      '// sourceMappingURL=else.map',
      '//# sourceMappingURL=else.map\nmore()',
    ]) {
      const path = write('dist/c.js', `${code}${comment}`)
      assert.equal(createSymbols(root, []).frame(raw(path, 3, 13)).file, 'dist/c.js', comment)
    }
  })

  it('in files with a mark at the beginning, which V8 counts or not, and code in such files', () => {
    const path = write('dist/m.js', `\ufefffunction f() {\n}\n//# sourceMappingURL=m.js.map`)
    const f = raw(path, 1, 11)
    for (const column of [11, 12]) {
      assert.equal(createSymbols(root, []).line({ ...f, column }, 2), 2)
    }
    write('dist/m.js.map', `\ufeff${JSON.stringify(mapOf([[[10, 0, 9, 4]]]))}`)
    assert.deepEqual(createSymbols(root, []).frame(f).line, 10)
  })

  it('with sections, from Windows, and from bundlers', () => {
    const section = (line: number, sources: string[]) => ({
      offset: { line, column: 0 },
      map: mapOf([[[2, 0, 9, 4]]], { sources }),
    })
    const path = write('dist/s.js', `${code}//# sourceMappingURL=s.js.map`)
    const fileFor = (map: object) => {
      write('dist/s.js.map', JSON.stringify(map))
      return createSymbols(root, []).frame(raw(path, 3, 13)).file
    }
    assert.equal(fileFor({ version: 3, sections: [section(0, ['x.ts']), section(2, ['y.ts'])] }), 'dist/y.ts')
    assert.equal(fileFor(mapOf(good, { sources: ['webpack://my-app/./src/w.ts?1a2b', ''] })), 'src/w.ts')
    assert.equal(fileFor(mapOf(good, { sources: ['webpack:///../lib/w.ts', ''] })), `../lib/w.ts`)
    assert.equal(
      fileFor(mapOf(good, { sources: ['webpack://my-app/webpack/runtime', ''] })),
      'webpack://my-app/webpack/runtime',
    )
    assert.equal(
      fileFor(mapOf(good, { sources: ['https://me:pass@host/src/a.ts?token=1', ''] })),
      'https://host/src/a.ts',
    )
    assert.equal(
      fileFor(mapOf(good, { sources: ['webpack://my-app/src/w.ts?1a2b', ''] })),
      'webpack://my-app/src/w.ts',
    )
    assert.equal(fileFor(mapOf(good, { sources: ['C:\\src\\a.ts', ''] })), 'C:/src/a.ts')
    assert.equal(fileFor(mapOf(good, { sources: [null, ''] })), 'dist/s.js')
    assert.equal(fileFor(mapOf(good, { sources: ['s.js', ''] })), 'dist/s.js')
  })

  it('whose sources are named like URLs with a query or a fragment lead to files of that name, if there are any', () => {
    const path = write('dist/n.js', `${code}//# sourceMappingURL=n.js.map`)
    const fileFor = (source: string) => {
      write('dist/n.js.map', JSON.stringify(mapOf(good, { sources: [source, ''] })))
      return createSymbols(root, []).frame(raw(path, 3, 13)).file
    }
    assert.equal(fileFor('../names/c#.ts'), 'names/c')
    write('names/c#.ts', '')
    assert.equal(fileFor('../names/c#.ts'), 'names/c#.ts')
    assert.equal(fileFor('../names/c%23.ts'), 'names/c#.ts')
    assert.equal(fileFor('webpack://my-app/./names/c#.ts'), 'names/c#.ts')
    assert.equal(fileFor('../names/q.vue?vue&type=script'), 'names/q.vue')
    if (process.platform === 'win32') return
    write('names/q?.ts', '')
    assert.equal(fileFor('../names/q?.ts'), 'names/q?.ts')
  })

  it('of a package are used if the source is there', () => {
    const path = write('node_modules/p/dist/a.js', `${code}//# sourceMappingURL=a.js.map`)
    write('node_modules/p/dist/a.js.map', JSON.stringify(mapOf(good)))
    const files = () => place(createSymbols(root, []).frame(raw(path, 3, 13)))
    assert.deepEqual(files(), ['node_modules/p/dist/a.js', 'package', 'p'])
    write('node_modules/p/src/a.ts', '')
    assert.deepEqual(files(), ['node_modules/p/src/a.ts', 'package', 'p'])
  })

  it('of a bundle belong to the package they come from', () => {
    const path = write('dist/bundle.js', `${code}//# sourceMappingURL=bundle.js.map`)
    write('node_modules/@q/r/r.js', '')
    write('dist/bundle.js.map', JSON.stringify(mapOf(good, { sources: ['../node_modules/@q/r/r.js', ''] })))
    assert.deepEqual(place(createSymbols(root, []).frame(raw(path, 3, 13))), [
      'node_modules/@q/r/r.js',
      'package',
      '@q/r',
    ])
  })

  describe('that are broken fall back to where V8 saw the function', () => {
    const rows: Record<string, () => string | Buffer | undefined> = {
      'no file': () => undefined,
      empty: () => '',
      'not JSON': () => '{"version":3,',
      HTML: () => '<!doctype html>',
      null: () => 'null',
      'a number': () => '7',
      'an array': () => '[]',
      'no mappings': () => JSON.stringify({ version: 3, sources: ['a.ts'], names: [] }),
      'version 2': () => JSON.stringify({ ...mapOf(good), version: 2, mappings: 5 }),
      'mappings of no base64': () => JSON.stringify(mapOf(good, { mappings: '!!!;;§§;;,,,' })),
      'a mapping that never ends': () =>
        JSON.stringify(mapOf(good, { mappings: ';;gggggggggggggggggggggggg' })),
      'sources that are missing': () => JSON.stringify(mapOf(good, { sources: [] })),
      'sources that are numbers': () => JSON.stringify(mapOf(good, { sources: [1, 2] })),
      'source index too large': () => JSON.stringify(mapOf([[], [], [[2, 7, 9, 4]]])),
      'negative lines': () => JSON.stringify(mapOf([[], [], [[2, 0, -9, 4]]])),
      'no segment on the line': () => JSON.stringify(mapOf([[[0, 0, 0, 0]], [[0, 0, 1, 0]]])),
      'only segments without a source': () => JSON.stringify(mapOf([[], [], [[2]]])),
      'sections in a circle': () =>
        '{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":'.repeat(5000),
      'sections without a map': () =>
        JSON.stringify({ version: 3, sections: [{ offset: { line: 0, column: 0 }, url: 'b.map' }] }),
      'more than 50 MB': () =>
        Buffer.concat([Buffer.from(JSON.stringify(mapOf(good))), Buffer.alloc(51 * 2 ** 20, ' ')]),
      'more mappings than are decoded': () =>
        JSON.stringify(mapOf(good, { mappings: `${mapOf(good).mappings}${';'.repeat(10_000_001)}` })),
    }
    for (const [name, text] of Object.entries(rows)) {
      it(name, () => {
        const folder = `broken ${name}`
        const path = write(`${folder}/a.js`, `${code}//# sourceMappingURL=a.js.map`)
        const map = text()
        if (map !== undefined) write(`${folder}/a.js.map`, map)
        const { frame, line } = createSymbols(root, [])
        const f = raw(path, 3, 13)
        assert.deepEqual(frame(f), { name: 'f', file: `${folder}/a.js`, line: 3, column: 13, kind: 'app' })
        assert.equal(line(f, 4), 4)
      })
    }

    it('a folder, a loop of links, the script itself, the network', () => {
      mkdirSync(join(root, 'odd/folder.map'), { recursive: true })
      symlinkSync('loop.map', join(root, 'odd/loop.map'))
      for (const reference of [
        'folder.map',
        'loop.map',
        'odd.js',
        'https://127.0.0.1:1/x.map',
        'http://[',
        'data:;base64,',
        'data:,%',
      ]) {
        const path = write('odd/odd.js', `${code}//# sourceMappingURL=${reference}`)
        assert.equal(createSymbols(root, []).frame(raw(path, 3, 13)).line, 3, reference)
      }
    })

    it('whatever the map says, nothing throws', () => {
      const path = write('fuzz/a.js', `${code}//# sourceMappingURL=a.js.map`)
      const map = fc.record({
        version: fc.constant(3),
        sources: fc.array(fc.oneof(fc.string(), fc.constant(null), fc.webUrl())),
        names: fc.array(fc.string()),
        sourceRoot: fc.oneof(fc.string(), fc.constant(null), fc.integer()),
        mappings: fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9+/,;]{0,80}$/)),
      })
      fc.assert(
        fc.property(map, fc.nat(6), fc.nat(20), (broken, line, column) => {
          write('fuzz/a.js.map', JSON.stringify(broken))
          const symbols = createSymbols(root, [])
          const f = raw(path, line, column)
          const found = symbols.frame(f)
          assert.ok(found.line >= 0 && found.column >= 0 && typeof found.file === 'string')
          assert.ok(symbols.line(f, line + 1) >= 0)
        }),
        { numRuns: 150 },
      )
    })
  })

  it('and code that is not what the file holds: known from the first function with a name', () => {
    const path = write('memory/x.ts', 'function burn(ms: number) {\n  return (x) => x\n}\n')
    const nameless = raw(path, 2, 10, '')
    const right = raw(path, 1, 14, 'burn')
    const wrong = raw(path, 2, 5, 'burn')
    const { frame, line } = createSymbols(root, [])
    assert.equal(line(nameless, 3), 3)
    assert.equal(line(nameless, 5), 0, 'there is no such line')
    assert.equal(line(wrong, 3), 0)
    assert.equal(line(nameless, 3), 0)
    assert.deepEqual([frame(wrong).line, frame(wrong).column], [2, 5])
    const other = createSymbols(root, [])
    assert.equal(other.line(right, 3), 3)
    assert.equal(other.line(wrong, 3), 3)
  })

  it('and code of which a function cannot be found: only several of them are beyond doubt', () => {
    const path = write('memory/y.ts', 'function burn(ms: number) {\n  return (x) => x\n}\n')
    const right = raw(path, 1, 14, 'burn')
    const wrong = [3, 4, 5, 6].map((column) => raw(path, 2, column, 'burn'))
    const { line } = createSymbols(root, [])
    for (const one of [wrong[0], wrong[1], wrong[1], wrong[0]]) assert.equal(line(one, 3), 0)
    assert.equal(line(right, 3), 3)
    assert.equal(line(wrong[2], 3), 3)
    const other = createSymbols(root, [])
    for (const one of wrong) assert.equal(other.line(one, 3), 0)
    assert.equal(other.line(right, 3), 0)
  })

  it('keep what was used last within their bytes, and read it again after that', () => {
    const paths = ['x', 'y'].map((name) =>
      write(`lru/${name}.js`, `${code}//# sourceMappingURL=${name}.js.map`),
    )
    const point = (name: string, line: number) =>
      write(`lru/${name}.js.map`, JSON.stringify(mapOf([[], [], [[2, 0, line, 0]]])))
    const lineIn = (scripts: ReturnType<typeof createScripts>, path: string) =>
      scripts.of(raw(path, 3, 13)).map?.line[0]
    for (const [bytes, again] of [
      [2 ** 20, 1],
      [1, 2],
    ]) {
      point('x', 1)
      point('y', 1)
      const scripts = createScripts(root, bytes)
      assert.equal(lineIn(scripts, paths[0]), 1)
      assert.equal(lineIn(scripts, paths[0]), 1)
      point('x', 2)
      assert.equal(lineIn(scripts, paths[0]), 1, 'the newest stays in any case')
      assert.equal(lineIn(scripts, paths[1]), 1)
      assert.equal(lineIn(scripts, paths[0]), again)
    }
  })
})

/** Mappings as they are written in files. */
function encoded(mappings: number[][][]): { mappings: string } {
  const decoded = { version: 3 as const, names: [], sources: [], mappings: mappings as never }
  return { mappings: encodedMap(new TraceMap(decoded)).mappings }
}
