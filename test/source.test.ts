import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { notFound } from '../plugin/errors.ts'
import { fileCosts } from '../plugin/model/file-costs.ts'
import { hotFunctions } from '../plugin/model/hot.ts'
import type { Profile } from '../plugin/model/profile.ts'
import type { RawFrame } from '../plugin/model/raw-tree.ts'
import { atOnce, type Steps } from '../plugin/model/steps.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import { findSource, findTexts } from '../plugin/store/source.ts'
import { createSymbols } from '../plugin/symbols/index.ts'
import type { Naming } from '../plugin/symbols/naming.ts'
import { drawnStacks, profileOf } from './pictures.ts'

/** A folder with an application in it, `app`, and with what is none of its business. */
let folder: string
let root: string

before(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'source-')))
  root = join(folder, 'app')
  write('app/src/a.js', 'function a() {}\n')
  write('app/bin/www', 'function a() {}\n')
  write('secret.js', 'secret()')
  write('app/.env', 'SECRET=1')
  write('app/notes.md', 'secret')
  write('application/x.js', 'secret()')
  symlinkSync(join(folder, 'secret.js'), join(root, 'link.js'))
  symlinkSync(folder, join(root, 'up'))
  symlinkSync(join(root, 'src'), join(root, 'same'))
})
after(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** Makes a file older than the process. */
function age(path: string): string {
  utimesSync(path, 1, 1)
  return path
}

const raw = (url: string, name = 'a'): RawFrame => ({ name, url, line: 1, column: 11 })
const at = (name: string) => pathToFileURL(join(folder, name)).href
const sourceOf = (url: string) => createSymbols(root, []).source(raw(url))
/** The text, or why there is none. */
const answer = (url: string) => {
  const found = sourceOf(url)
  return 'why' in found ? found.why : found.text
}

/** Writes a script whose first function stands in `source`, by a map that holds `content` of it. */
function mapped(name: string, source: string, content: string | null): string {
  const map = { version: 3, sources: [source], sourcesContent: [content], names: [], mappings: 'AAAA' }
  const data = Buffer.from(JSON.stringify(map)).toString('base64')
  age(write(name, `function a() {}\n//# sourceMappingURL=data:application/json;base64,${data}\n`))
  return at(name)
}

describe('the text of a source', () => {
  test('is that of a file of code below the root', () => {
    assert.deepEqual(sourceOf(at('app/src/a.js')), {
      text: 'function a() {}\n',
      path: join(root, 'src/a.js'),
      changed: true,
    })
    assert.equal(answer(at('app/bin/www')), 'function a() {}\n')
    assert.equal(
      answer(at('app/same/a.js')),
      'function a() {}\n',
      'links within the application are followed',
    )
  })

  test('is never that of a file outside of it, by whatever way', () => {
    const outside = 'lies outside of the application'
    assert.equal(answer(at('secret.js')), outside)
    assert.equal(answer(at('application/x.js')), outside, 'the root is a folder, not a beginning of a name')
    assert.equal(answer(at('app/link.js')), outside)
    assert.equal(answer(at('app/up/secret.js')), outside)
    assert.equal(answer(mapped('app/lib/m1.js', '../../secret.js', null)), outside)
    assert.equal(answer(mapped('app/lib/m2.js', '../link.js', null)), outside)
    assert.equal(answer(`${at('app/src')}/..%2f..%2fsecret.js`), outside)
  })

  test('may be that of another package of the same workspace, and of nothing else outside', () => {
    write('mono/packages/lib/src/a.ts', 'lib()')
    write('mono/node_modules/dep/index.js', 'dep()')
    const outside = 'lies outside of the application'
    const inWorkspace = (name: string, markerText: string) => {
      const marker = write(`mono/${name}`, markerText)
      const symbols = createSymbols(join(folder, 'mono/apps/api'), [])
      const answers = ['mono/packages/lib/src/a.ts', 'mono/node_modules/dep/index.js', 'secret.js'].map(
        (file) => {
          const found = symbols.source(raw(at(file)))
          return 'why' in found ? found.why : found.text
        },
      )
      rmSync(marker)
      return answers
    }
    write('mono/apps/api/package.json', '{ "name": "api" }')
    for (const [name, text] of [
      ['pnpm-workspace.yaml', 'packages: [apps/*]'],
      ['lerna.json', '{}'],
      ['package.json', '{ "workspaces": ["apps/*", "packages/*"] }'],
    ]) {
      assert.deepEqual(inWorkspace(name, text), ['lib()', 'dep()', outside], name)
    }
    for (const [name, text] of [
      ['package.json', '{ "name": "no workspace" }'],
      ['package.json', '{ "workspaces": ['],
      ['package.json', 'null'],
      ['README.md', 'workspaces'],
    ]) {
      assert.deepEqual(inWorkspace(name, text), [outside, outside, outside], text)
    }
  })

  test('is never that of a file that is no code, whatever a map or a name of a script says', () => {
    for (const url of [at('app/.env'), at('app/notes.md'), mapped('app/lib/m3.js', '../.env', null)]) {
      assert.equal(answer(url), 'is not a file of code')
    }
  })

  test('is not what the map of a script outside of it holds, nor what is no code', () => {
    const outside = 'lies outside of the application'
    assert.equal(
      answer(mapped('outside.js', 'lib.ts', 'secret()')),
      'is not on the disk any more, or cannot be read',
    )
    write('lib.ts', 'other()')
    assert.equal(answer(mapped('outside.js', 'lib.ts', 'secret()')), outside)
    assert.equal(answer(mapped('outside.js', 'app/src/a.js', 'secret()')), 'function a() {}\n')
    mapped('linked.js', 'src/b.ts', 'secret()')
    symlinkSync(join(folder, 'linked.js'), join(root, 'linked.js'))
    assert.equal(answer(at('app/linked.js')), 'is not on the disk any more, or cannot be read')
    assert.equal(answer(mapped('app/lib/m12.js', '../.env', 'SECRET=2')), 'is not a file of code')
    assert.equal(
      answer(mapped('app/lib/m13.js', 'webpack://app/notes.md', 'secret')),
      'is not a file of code',
    )
    assert.equal(answer(mapped('app/lib/m14.js', 'webpack://app/src/x.ts', 'packed')), 'packed')
  })

  test('is what the map holds, before the file: lines refer to that', () => {
    assert.deepEqual(sourceOf(mapped('app/lib/m4.js', '../src/gone.ts', 'const gone = 1')), {
      text: 'const gone = 1',
      path: '',
      changed: false,
    })
    const url = mapped('app/lib/m5.js', '../src/there.ts', 'const there = 1')
    const path = age(write('app/src/there.ts', 'const there = 1'))
    assert.deepEqual(sourceOf(url), { text: 'const there = 1', path, changed: false })
    age(write('app/src/there.ts', 'const there = 2'))
    assert.deepEqual(sourceOf(url), { text: 'const there = 1', path, changed: true })
    const outside = mapped('app/lib/m6.js', '../../secret.js', 'of the map')
    assert.deepEqual(sourceOf(outside), { text: 'of the map', path: '', changed: false })
    assert.equal(answer(mapped('app/lib/m7.js', 'webpack://app/./src/x.ts', 'packed')), 'packed')
  })

  test('that a map holds may be another one once script or source were written anew: what runs came before', () => {
    const url = mapped('app/lib/m10.js', '../src/anew.ts', 'const anew = 1')
    const symbols = createSymbols(root, [])
    const changed = () => (symbols.source(raw(url)) as { changed?: boolean }).changed
    const source = age(write('app/src/anew.ts', 'const anew = 1'))
    assert.equal(changed(), false)
    write('app/src/anew.ts', 'const anew = 1')
    assert.equal(changed(), true)
    age(source)
    assert.equal(changed(), false)
    const script = join(root, 'lib/m10.js')
    write('app/lib/m10.js', readFileSync(script, 'utf8'))
    assert.equal(changed(), true)
    rmSync(source)
    assert.equal(changed(), true)
    age(script)
    assert.equal(changed(), false)
  })

  test('that the map of the running code holds is another one only where the file says something else', async () => {
    const url = mapped('app/lib/m11.mjs', 'held.ts', 'const held = 1')
    process.setSourceMapsEnabled(true)
    await import(url)
    const path = write('app/lib/held.ts', 'const held = 1')
    const source = () => createSymbols(root, []).source(raw(url, ''))
    write('app/lib/m11.mjs', 'function a() {}\n')
    assert.deepEqual(source(), { text: 'const held = 1', path, changed: false })
    write('app/lib/held.ts', 'const held = 2')
    assert.deepEqual(source(), { text: 'const held = 1', path, changed: true })
  })

  test('has bounds, and is text', () => {
    write('app/large.js', ' '.repeat(4 * 2 ** 20 + 1))
    assert.equal(answer(at('app/large.js')), 'is larger than 4 MiB')
    const large = mapped('app/lib/m8.js', '../src/large.ts', 'x'.repeat(4 * 2 ** 20 + 1))
    assert.equal(answer(large), 'is larger than 4 MiB')
    write('app/zero.js', 'a\0b')
    assert.equal(answer(at('app/zero.js')), 'is not text')
    write('app/latin.js', Uint8Array.of(0x61, 0xe9, 0x61))
    assert.equal(answer(at('app/latin.js')), 'is not text')
    mkdirSync(join(root, 'folder.js'))
    assert.equal(answer(at('app/folder.js')), 'is not a file')
    write('app/empty.js', '')
    assert.equal(answer(at('app/empty.js')), '')
  })

  test('is not there for what has none, which is said', () => {
    assert.equal(answer('node:fs'), 'is code of Node.js itself')
    assert.equal(answer('wasm://wasm/1'), 'is native code')
    assert.equal(answer(''), 'is native code')
    assert.equal(answer('evalmachine.<anonymous>'), 'is not a file, and no source map holds its text')
    assert.equal(answer(at('app/src/never.js')), 'is not on the disk any more, or cannot be read')
    assert.deepEqual(createSymbols(root, []).source({ ...raw(''), state: 'gc' }), { why: 'is a state of V8' })
  })
})

describe('a source', () => {
  const symbols = () => createSymbols(root, [])
  /** As if these functions were on the stacks of a selection. */
  const running = (...raws: RawFrame[]) =>
    function* (naming: Naming): Steps<Profile> {
      yield
      return { ...emptyProfile('all', root), frames: raws.map((one) => naming.frame(one)) }
    }
  const find = (file: string, merge: (naming: Naming) => Steps<Profile>) =>
    atOnce(findSource(file, symbols(), merge))

  test('is found for files that occur in the profile, and for no other', () => {
    write('app/src/b.js', 'function b() {}\n')
    const merge = running(raw(at('app/src/a.js')), raw(''))
    assert.equal(find('src/a.js', merge).text, 'function a() {}\n')
    const others = ['src/b.js', './src/a.js', 'src/../src/a.js', join(root, 'src/a.js'), 'SRC/a.js', '', '.']
    for (const file of others) {
      assert.throws(() => find(file, merge), { code: 'FST_PROFILER_NOT_FOUND', statusCode: 404 }, file)
    }
  })

  test('that has no text says why, without a path of its own', () => {
    assert.throws(() => find('../secret.js', running(raw(at('secret.js')))), {
      code: 'FST_PROFILER_NO_SOURCE',
      statusCode: 404,
      message: '"../secret.js" lies outside of the application',
    })
  })

  test('that several scripts are made of is found by the one that tells', () => {
    const lost = raw(`${at('app/lib/lost.js')}`, 'x')
    const found = raw(mapped('app/lib/m9.js', 'lost.js', 'kept'))
    assert.equal(find('lib/lost.js', running(lost, found)).text, 'kept')
  })

  test('of several are those that there are; none where the selection has gone, and nothing is merged for none', () => {
    const texts = (files: string[], merge: (naming: Naming) => Steps<Profile>) =>
      atOnce(findTexts(files, symbols(), merge))
    const merge = running(raw(at('app/src/a.js')), raw(at('secret.js')))
    const found = texts(['src/a.js', '../secret.js', 'src/b.js'], merge)
    assert.deepEqual([...found.keys()], ['src/a.js'])
    const throwing = (error: Error) =>
      function* (): Steps<Profile> {
        yield
        throw error
      }
    assert.equal(texts(['src/a.js'], throwing(notFound('request "7"'))).size, 0)
    assert.throws(() => texts(['src/a.js'], throwing(new Error('a defect'))), /a defect/)
    assert.equal(texts([], throwing(new Error('merged'))).size, 0)
  })
})

describe('costs of a file', () => {
  test('are those of its lines, of its functions, and what has no line', () => {
    const costs = fileCosts(
      profileOf(`
main@app.ts:1;work@app.ts:10 4 8ms 12:1 14:1
main@app.ts:1;work@app.ts:10;work@app.ts:10 2 2ms 12:2
main@app.ts:1;work@app.ts:10;sort@ 3
main@app.ts:1;other@lib.ts:3 5 5ms 12:5`),
      'app.ts',
    )
    assert.deepEqual(costs, {
      selfMs: 10,
      lines: [
        { line: 12, selfMs: 4, samples: 3 },
        { line: 14, selfMs: 2, samples: 1 },
      ],
      functions: [
        { name: 'main', line: 1, column: 1, selfMs: 0, totalMs: 18, samples: 0, unplacedMs: 0 },
        { name: 'work', line: 10, column: 1, selfMs: 10, totalMs: 13, samples: 6, unplacedMs: 4 },
      ],
    })
    assert.deepEqual(fileCosts(profileOf('a 1'), 'none.ts'), { selfMs: 0, lines: [], functions: [] })
  })

  test('laws: lines and what has none make the own time; functions are what hot functions say', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const profile = profileOf(picture.replace(/(\d+)$/gm, (n) => (n === '0' ? n : `${n} 3:1`)))
        const costs = fileCosts(profile, 'app.ts')
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
        const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`)
        near(
          costs.selfMs,
          sum(costs.lines.map((line) => line.selfMs)) + sum(costs.functions.map((one) => one.unplacedMs)),
        )
        near(costs.selfMs, profile.ownUs / 1000)
        for (const hot of hotFunctions(profile)) {
          const one = costs.functions.find(({ name }) => name === profile.frames[hot.frame].name)!
          near(one.selfMs, hot.selfUs / 1000)
          near(one.totalMs, hot.totalUs / 1000)
          assert.equal(one.samples, hot.samples)
        }
      }),
    )
  })
})
