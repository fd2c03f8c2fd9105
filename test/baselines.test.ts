import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { Hash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { commitOf } from '../plugin/baselines/commit.ts'
import { type RouteMeasured, readHead, readPart } from '../plugin/baselines/form.ts'
import { createBaselines } from '../plugin/baselines/index.ts'
import { writeBaseline } from '../plugin/baselines/write.ts'
import { cleanText } from '../plugin/model/clean.ts'
import { measuredRoute } from './baselines-data.ts'
import { runFile } from './child.ts'

function temporary(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function baselinesIn(path: string | undefined, maxBytes = 2 ** 26) {
  const warned: string[] = []
  const warn = (message: string) => void warned.push(message)
  return { ...createBaselines({ path, root: path ?? '/', maxBytes, grown() {}, warn }), warned }
}

const routes =
  (functions = 10, route = 'GET /a') =>
  (): RouteMeasured[] => [measuredRoute(route, functions)]
const about = { savedAt: '2026-11-22T10:00:00.000Z', node: 'v24.0.0', version: '0.1.0', commit: '' }
const fileIn = (path: string, name: string) => join(path, `baseline-${name}.json`)
const damaged = { code: 'FST_PROFILER_BASELINE_DAMAGED', statusCode: 409 }

/** Everything in the folder is whole, and can be read. */
async function checkWhole(path: string): Promise<string[]> {
  const { list, read, warned } = baselinesIn(path)
  const names = []
  for (const { name, routes } of await list()) {
    names.push(name)
    for (const { route } of routes) assert.equal((await read(name, route, undefined)).profile.route, route)
  }
  assert.deepEqual(warned, [])
  return names.sort()
}

describe('a baseline', () => {
  test('is read as it was saved, without lines and the folder of the application', async (t) => {
    const path = temporary(t)
    const { save, read, readNow } = baselinesIn(path)
    const { route, measured } = measuredRoute('GET /a', 50)
    await save('one', () => [{ route, measured }])
    const { baseline, ...found } = await read('one', route, undefined)
    assert.deepEqual(found, { ...measured, profile: { ...measured.profile, root: '' }, spread: found.spread })
    assert.ok(found.spread.self.every((variance, i) => Math.abs(variance - i / 7) < 1e-4))
    assert.equal(baseline?.node, process.version)
    assert.deepEqual(readNow('one', undefined, undefined), { baseline, ...found })
    assert.equal(readFileSync(fileIn(path, 'one'), 'utf8').includes('/srv/app'), false)
  })

  test('of several routes is read by route, or by that of the other side', async (t) => {
    const { save, read, readNow } = baselinesIn(temporary(t))
    await save('all', () => [measuredRoute('GET /a', 5), measuredRoute('GET /b', 6)])
    assert.equal((await read('all', 'GET /b', 'GET /a')).profile.samples, 6)
    assert.equal(readNow('all', undefined, 'GET /a').profile.samples, 5)
    await assert.rejects(read('all', undefined, undefined), { code: 'FST_PROFILER_BAD_PARAMETER' })
    await assert.rejects(read('all', 'GET /c', undefined), { code: 'FST_PROFILER_NOT_FOUND' })
    await assert.rejects(read('none', undefined, undefined), { code: 'FST_PROFILER_NOT_FOUND' })
    assert.throws(() => readNow('none', undefined, undefined), { code: 'FST_PROFILER_NOT_FOUND' })
  })

  test('is read in steps, so that nobody waits for all of it', async () => {
    const content = await writeBaseline({ name: 'one', ...about }, [measuredRoute('GET /a', 20)])
    const [part] = readHead(content, content.length).routes
    let steps = 0
    for (const _ of readPart(content.subarray(part.from, part.from + part.bytes), part)) steps++
    assert.ok(steps >= 5, `${steps} steps`)
  })

  test('was saved by the clock of the machine, whatever clock the application has', async (t) => {
    const before = Date.now()
    t.mock.timers.enable({ apis: ['Date'], now: 0 })
    const { savedAt } = await baselinesIn(undefined).save('one', routes())
    assert.ok(Date.parse(savedAt) >= before, savedAt)
  })

  test('takes the place of one of the same name', async (t) => {
    const path = temporary(t)
    const { save, list, status } = baselinesIn(path)
    await save('one', routes(5))
    await save('one', routes(7))
    assert.equal((await list()).length, 1)
    assert.equal(status().count, 1)
    assert.deepEqual(readdirSync(path), ['baseline-one.json'])
  })

  test('takes the place of one of the same name where there is no room for both', async () => {
    const { save, bytes } = baselinesIn(undefined, 64 * 1024)
    await save('one', routes(200))
    assert.ok(bytes() > 16 * 1024 && bytes() < 32 * 1024, `${bytes()} bytes`)
    await save('one', routes(201))
    await assert.rejects(save('two', routes(200)), { code: 'FST_PROFILER_BASELINES_FULL' })
  })

  test('has times to a hundredth of a microsecond, since those of many requests are divided by their number', async () => {
    const { route, measured } = measuredRoute('GET /a', 2)
    const tree = { ...measured.profile.tree, selfUs: [0, 0.256, 7.125] }
    const profile = { ...measured.profile, tree }
    const { save, readNow } = baselinesIn(undefined)
    await save('one', () => [{ route, measured: { ...measured, profile } }])
    assert.deepEqual(readNow('one', undefined, undefined).profile.tree.selfUs, [0, 0.26, 7.13])
  })

  test('is refused where there is no room, and the others stay', async () => {
    const { save, list, bytes } = baselinesIn(undefined, 64 * 1024)
    await save('one', routes(5))
    await assert.rejects(save('two', routes(2000)), { code: 'FST_PROFILER_BASELINES_FULL', statusCode: 409 })
    assert.deepEqual(
      (await list()).map(({ name }) => name),
      ['one'],
    )
    assert.ok(bytes() < 32 * 1024)
    const big = { code: 'FST_PROFILER_BASELINES_FULL', message: /profile of GET \/a .*within bounds/ }
    await assert.rejects(baselinesIn(undefined).save('big', routes(60_000)), big)
    await assert.rejects(baselinesIn(undefined).save('big', routes(60_000)), /too large/)
    const many = baselinesIn(undefined)
    for (let i = 0; i < 100; i++) await many.save(`n${i}`, routes(1))
    await assert.rejects(many.save('n100', routes(1)), { code: 'FST_PROFILER_BASELINES_FULL' })
    await many.save('n7', routes(1))
  })

  test('of too much is refused before all of it is made', async () => {
    const { save, list } = baselinesIn(undefined)
    let made = 0
    const ofSize = function* (functions: number) {
      for (; made < 1100; made++) yield measuredRoute(`GET /${made}`, functions)
    }
    const full = (message: RegExp) => ({ code: 'FST_PROFILER_BASELINES_FULL', message })
    await assert.rejects(
      save('many', () => ofSize(1)),
      full(/more than 1000 routes/),
    )
    assert.equal(made, 1000)
    made = 0
    await assert.rejects(
      save('large', () => ofSize(25_000)),
      full(/more than 31 MiB/),
    )
    assert.ok(made < 40, `${made} routes were made`)
    assert.deepEqual(await list(), [])
  })

  test('tells the routes it has where the one that is asked for is missing', async () => {
    const { save, read } = baselinesIn(undefined)
    await save('all', () => ['a', 'b', 'c', 'd', 'e'].map((one) => measuredRoute(`GET /${one}`, 1)))
    const message = /it has "GET \/a", "GET \/b", "GET \/c", and 2 more/
    await assert.rejects(read('all', 'GET /x', undefined), { code: 'FST_PROFILER_NOT_FOUND', message })
  })

  test('has no text that could hide or turn round what is shown', async (t) => {
    const path = temporary(t)
    const unfit = { name: 'one', ...about, node: 'v24\u202e', savedAt: 'a\u0007b', version: '\u200b1' }
    const route = 'GET /\u202ex'
    writeFileSync(fileIn(path, 'one'), await writeBaseline(unfit, [measuredRoute(route, 2)]))
    const { list, read } = baselinesIn(path)
    const [found] = await list()
    assert.deepEqual([found.node, found.savedAt, found.version], ['v24', 'ab', '1'])
    assert.equal(found.routes[0].route, cleanText(route))
    assert.equal((await read('one', route, undefined)).profile.route, 'GET /x')
    writeFileSync(
      fileIn(path, 'two'),
      await writeBaseline({ ...unfit, name: 'two', commit: '<b>' }, [measuredRoute(route, 2)]),
    )
    assert.equal((await list()).length, 1)
  })
})

test('a baseline of many functions is written in small steps, none of them outside of those', async (t) => {
  const route = measuredRoute('GET /a', 10_000)
  let now = { rounded: 0, bytes: 0 }
  let most = { rounded: 0, bytes: 0 }
  const endStep = () => {
    most = { rounded: Math.max(most.rounded, now.rounded), bytes: Math.max(most.bytes, now.bytes) }
    now = { rounded: 0, bytes: 0 }
  }
  const { toPrecision } = Number.prototype
  t.mock.method(Number.prototype, 'toPrecision', function (this: number, digits?: number) {
    now.rounded++
    return toPrecision.call(this, digits)
  })
  const { update } = Hash.prototype
  t.mock.method(Hash.prototype, 'update', function (this: Hash, part: Buffer) {
    now.bytes += part.length
    return Reflect.apply(update, this, [part])
  })
  const content = await writeBaseline({ name: 'one', ...about }, [route], async (steps) => {
    for (;;) {
      const step = steps.next()
      endStep()
      if (step.done) return step.value
    }
  })
  endStep()
  const head = readHead(content, content.length)
  const [part] = head.routes
  assert.ok(most.rounded > 0 && most.rounded <= 2048, `${most.rounded} numbers at once`)
  assert.ok(most.bytes > 0 && most.bytes <= part.bytes / 4, `${most.bytes} bytes at once`)
})

describe('a folder that cannot be written', () => {
  test('leaves the baseline in memory, says so, and the rest goes on', async (t) => {
    const file = join(temporary(t), 'file')
    writeFileSync(file, '')
    const { save, list, read, remove, status, warned } = baselinesIn(join(file, 'below'))
    await assert.rejects(save('one', routes()), (error: Error & { code: string; statusCode: number }) => {
      assert.deepEqual([error.code, error.statusCode], ['FST_PROFILER_NOT_PERSISTED', 409])
      assert.match(error.message, /kept in memory only.*"persist".*ENOTDIR/)
      assert.equal(error.message.includes(file), false)
      return true
    })
    assert.ok(warned.some((line) => line.includes('ENOTDIR')))
    assert.match(status().problem, /ENOTDIR/)
    const [one] = await list()
    assert.deepEqual([one.name, one.persisted], ['one', false])
    assert.equal((await read('one', undefined, undefined)).profile.samples, 10)
    assert.match(status().problem, /ENOTDIR/)
    assert.equal(await remove('one'), true)
    assert.deepEqual(await list(), [])
  })

  test('because none can be made where it should be', {
    skip: process.platform !== 'linux',
    timeout: 60_000,
  }, async () => {
    for (const path of ['/proc/none', '/proc/none/below']) {
      const { save, list } = baselinesIn(path)
      await assert.rejects(save('one', routes()), { code: 'FST_PROFILER_NOT_PERSISTED', message: /ENOENT/ })
      assert.equal((await list()).length, 1)
    }
  })

  test('and no room in memory are both told of', async (t) => {
    const file = join(temporary(t), 'file')
    writeFileSync(file, '')
    const { save, status } = baselinesIn(join(file, 'below'), 64 * 1024)
    await assert.rejects(save('one', routes(2000)), (error: Error & { code: string }) => {
      assert.equal(error.code, 'FST_PROFILER_BASELINES_FULL')
      assert.match(error.message, /ENOTDIR.*"maxBytes"/)
      return true
    })
    assert.match(status().problem, /"one" is not kept.*ENOTDIR/)
  })

  test('because it is read-only is still read', { skip: process.getuid?.() === 0 }, async (t) => {
    const path = temporary(t)
    await baselinesIn(path).save('before', routes())
    chmodSync(path, 0o500)
    t.after(() => chmodSync(path, 0o700))
    const { save, list } = baselinesIn(path)
    await assert.rejects(save('after', routes()), { code: 'FST_PROFILER_NOT_PERSISTED' })
    const found = (await list()).map(({ name, persisted }) => `${name} ${persisted}`)
    assert.deepEqual(found.sort(), ['after false', 'before true'])
  })

  for (const [what, code, method] of [
    ['full half way', 'ENOSPC', 'writeFile'],
    ['failing when all is written', 'EIO', 'sync'],
  ] as const) {
    test(`because the disk is ${what} loses neither the one before nor any room`, async (t) => {
      const path = temporary(t)
      const { save, read, status } = baselinesIn(path)
      await save('one', routes(10))
      const before = readFileSync(fileIn(path, 'one'))
      const handle = await open(fileIn(path, 'one'))
      const { writeFile } = handle
      await handle.close()
      const broken = t.mock.method(Object.getPrototypeOf(handle), method, async function (this: FileHandle) {
        if (method === 'writeFile') await writeFile.call(this, before.subarray(0, before.length / 2))
        throw Object.assign(new Error(`${code}: meant`), { code })
      })
      await assert.rejects(save('one', routes(20)), { code: 'FST_PROFILER_NOT_PERSISTED' })
      assert.equal(broken.mock.callCount(), 1)
      assert.match(status().problem, new RegExp(code))
      assert.deepEqual(readdirSync(path), ['baseline-one.json'])
      assert.deepEqual(readFileSync(fileIn(path, 'one')), before)
      assert.equal((await read('one', undefined, undefined)).profile.samples, 20, 'the new one, from memory')
      broken.mock.restore()
      assert.equal((await save('one', routes(20))).persisted, true)
      assert.equal(status().problem, '')
    })
  }

  test('that can be again takes the next one', async (t) => {
    const path = join(temporary(t), 'folder')
    writeFileSync(path, '')
    const { save, list, bytes, status } = baselinesIn(path)
    await assert.rejects(save('one', routes()), { code: 'FST_PROFILER_NOT_PERSISTED' })
    rmSync(path)
    assert.equal((await save('one', routes())).persisted, true)
    assert.equal((await list())[0].persisted, true)
    assert.equal(status().problem, '')
    assert.ok(bytes() < 2048, `${bytes()} bytes`)
  })
})

describe('the folder', () => {
  test("is its owner's alone, and those above it are as any", async (t) => {
    const path = temporary(t)
    mkdirSync(join(path, 'any'))
    await baselinesIn(join(path, 'made', 'folder')).save('one', routes())
    assert.equal(statSync(join(path, 'made')).mode, statSync(join(path, 'any')).mode)
    if (process.platform === 'win32') return
    assert.equal(statSync(join(path, 'made/folder')).mode & 0o777, 0o700)
    assert.equal(statSync(fileIn(join(path, 'made/folder'), 'one')).mode & 0o777, 0o600)
  })

  test('may have files of others, and left-overs that cannot be removed', async (t) => {
    const path = temporary(t)
    const others = ['.saving-notes', '.saving-1-abc', '.saving-x-0123456789ab', '.saving-1-0123456789ab.txt']
    for (const name of others) writeFileSync(join(path, name), '')
    const stubborn = '.saving-1-0123456789ab'
    mkdirSync(join(path, stubborn))
    writeFileSync(join(path, '.saving-2-0123456789ab'), '')
    for (const file of readdirSync(path)) utimesSync(join(path, file), 0, 0)
    await baselinesIn(path).save('one', routes())
    assert.deepEqual(readdirSync(path).sort(), [...others, stubborn, 'baseline-one.json'].sort())
  })

  test('is remembered as far as it is there, and only so much of it', async (t) => {
    const path = temporary(t)
    const { save, list, bytes } = baselinesIn(path)
    await save('one', routes())
    const ofOne = bytes()
    assert.ok(ofOne > 0)
    await save('two', routes())
    assert.ok(bytes() > ofOne)
    rmSync(fileIn(path, 'two'))
    await list()
    assert.equal(bytes(), ofOne)
    const small = baselinesIn(path, 64 * 1024)
    for (let i = 0; i < 5; i++) await small.save(`n${i}`, routes())
    assert.equal((await small.list()).length, 6)
    assert.ok(small.bytes() <= 1024, `${small.bytes()} bytes`)
  })
})

describe('other processes', () => {
  /** Of a machine with other things to do, and a slow disk. */
  const patienceMs = 200_000

  test('that are killed while they save leave whole files only', async (t) => {
    const path = temporary(t)
    for (let i = 0; i < 3; i++) {
      await assert.rejects(
        runFile('test/baselines-child.ts', [path], { kill: 'SIGKILL', patienceMs }),
        /SIGKILL/,
      )
      assert.deepEqual(await checkWhole(path), ['even', 'odd'])
    }
    // What it had not finished is removed with a later save.
    for (const file of readdirSync(path)) utimesSync(join(path, file), 0, 0)
    await baselinesIn(path).save('last', routes())
    assert.deepEqual(readdirSync(path).sort(), [
      'baseline-even.json',
      'baseline-last.json',
      'baseline-odd.json',
    ])
  })

  test('save into the same folder, and each reads what the other saved', async (t) => {
    const path = temporary(t)
    const children = [1, 2].map(() =>
      runFile<string>('test/baselines-child.ts', [path, '60'], { patienceMs }),
    )
    let done = false
    const ended = Promise.all(children).finally(() => {
      done = true
    })
    while (!done) {
      await checkWhole(path)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.deepEqual(await ended, [['done'], ['done']])
    assert.deepEqual(await checkWhole(path), ['even', 'odd'])
  })
})

describe('a file that is no baseline', async () => {
  const written = await writeBaseline({ name: 'one', ...about }, [measuredRoute('GET /a', 20)])
  const content = () => written

  const wrong: Record<string, (path: string) => void> = {
    'that is empty': (path) => writeFileSync(fileIn(path, 'one'), ''),
    'that is cut off': (path) => writeFileSync(fileIn(path, 'one'), content().subarray(0, -5)),
    'that is longer': (path) => writeFileSync(fileIn(path, 'one'), Buffer.concat([content(), content()])),
    'of another version': (path) =>
      writeFileSync(
        fileIn(path, 'one'),
        content().toString().replace('"formatVersion":1', '"formatVersion":2'),
      ),
    'of another name': (path) => writeFileSync(fileIn(path, 'two'), content()),
    'with a name that is none': (path) => writeFileSync(fileIn(path, '..x'), content()),
    'that is a folder': (path) => mkdirSync(fileIn(path, 'one')),
    'that is a link': (path) => {
      writeFileSync(join(path, 'elsewhere'), content())
      symlinkSync(join(path, 'elsewhere'), fileIn(path, 'one'))
    },
    'that is a pipe nobody writes into': (path) => execFileSync('mkfifo', [fileIn(path, 'one')]),
    'with a version that is no short text': (path) =>
      writeFileSync(
        fileIn(path, 'one'),
        content()
          .toString()
          .replace('"version":"0.1.0"', `"version":"${'1'.repeat(41)}"`),
      ),
    'that is too large': (path) => writeFileSync(fileIn(path, 'one'), Buffer.alloc(33 * 2 ** 20)),
  }
  const posixOnly = /link|pipe/
  for (const [what, make] of Object.entries(wrong)) {
    const skip = process.platform === 'win32' && posixOnly.test(what)
    test(`${what} is left alone, told of once, and hinders no other`, { skip }, async (t) => {
      const path = temporary(t)
      make(path)
      const before = readdirSync(path)
      const { list, read, readNow, save, status, warned } = baselinesIn(path)
      assert.deepEqual(await list(), [])
      assert.deepEqual(await list(), [])
      assert.equal(warned.length, 1, warned.join('\n'))
      assert.equal(status().ignored, 1)
      assert.match(status().problem, /^baseline-.* is ignored: /)
      if (what === 'that is too large') assert.match(status().problem, /: it is too large$/)
      for (const name of ['one', 'two']) {
        const refused = (error: Error & { statusCode: number }) => [404, 409].includes(error.statusCode)
        await assert.rejects(read(name, undefined, undefined), refused)
        assert.throws(() => readNow(name, undefined, undefined), refused)
      }
      assert.deepEqual(readdirSync(path), before)
      await save('other', routes())
      assert.deepEqual(
        (await list()).map(({ name }) => name),
        ['other'],
      )
    })
  }

  test('in its profile alone is found out when that is read', async (t) => {
    const path = temporary(t)
    const text = content().toString()
    writeFileSync(fileIn(path, 'one'), text.replace('"f3"', '"g3"'))
    const { list, read, readNow } = baselinesIn(path)
    assert.equal((await list()).length, 1)
    await assert.rejects(read('one', undefined, undefined), damaged)
    assert.throws(() => readNow('one', undefined, undefined), damaged)
  })
})

describe('the commit', () => {
  const hash = 'a'.repeat(40)
  function repository(t: TestContext, head: string): string {
    const path = temporary(t)
    mkdirSync(join(path, '.git', 'refs', 'heads'), { recursive: true })
    writeFileSync(join(path, '.git', 'HEAD'), head)
    return path
  }

  test('is that of a branch, packed or not, of a detached head, and of a worktree', async (t) => {
    const loose = repository(t, 'ref: refs/heads/main\n')
    writeFileSync(join(loose, '.git/refs/heads/main'), `${hash}\n`)
    mkdirSync(join(loose, 'src'))
    assert.equal(await commitOf(join(loose, 'src')), hash)
    const packed = repository(t, 'ref: refs/heads/main\n')
    writeFileSync(
      join(packed, '.git/packed-refs'),
      `# pack-refs\n${'b'.repeat(40)} refs/heads/other\n${hash} refs/heads/main\n`,
    )
    assert.equal(await commitOf(packed), hash)
    assert.equal(await commitOf(repository(t, hash)), hash)
    const odd = repository(t, 'ref: refs/heads/fix#12(größe)\n')
    writeFileSync(join(odd, '.git/refs/heads/fix#12(größe)'), `${hash}\n`)
    assert.equal(await commitOf(odd), hash)
    const worktree = temporary(t)
    mkdirSync(join(loose, '.git/worktrees/w'), { recursive: true })
    writeFileSync(join(loose, '.git/worktrees/w/HEAD'), 'ref: refs/heads/main')
    writeFileSync(join(loose, '.git/worktrees/w/commondir'), '../..\n')
    writeFileSync(join(worktree, '.git'), `gitdir: ${join(loose, '.git/worktrees/w')}\n`)
    assert.equal(await commitOf(worktree), hash)
  })

  test('is nothing where it cannot be told', async (t) => {
    for (const head of [
      '',
      'ref: ../../etc/passwd',
      'ref: refs/heads/../../../x',
      'ref: refs/heads/none',
      'x'.repeat(40),
    ]) {
      assert.equal(await commitOf(repository(t, head)), '')
    }
    const outside = repository(t, 'ref: refs/../../secret')
    mkdirSync(join(outside, '.git/refs'), { recursive: true })
    writeFileSync(join(outside, 'secret'), hash)
    assert.equal(await commitOf(outside), '', 'nothing outside of the repository is read')
    const none = temporary(t)
    writeFileSync(join(none, '.git'), 'gitdir: nowhere')
    assert.equal(await commitOf(none), '')
  })
})
