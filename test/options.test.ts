import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import vm from 'node:vm'
import type { FastifyRequest } from 'fastify'
import { editorOf } from '../plugin/options/editor.ts'
import { isEnabled } from '../plugin/options/enabled.ts'
import { checkOptions, type ProfilerOptions } from '../plugin/options/index.ts'

const requestFor = (url: string): FastifyRequest => ({ raw: { url } }) as unknown as FastifyRequest
const ignores = (ignore: unknown, url: string): boolean | undefined =>
  checkOptions({ ignore }).ignore?.(requestFor(url))

describe('settings', () => {
  test('every option has the default of the contract', () => {
    const defaults = {
      prefix: '/__profile',
      record: 'always',
      sampler: 'auto',
      samplingIntervalUs: 1000,
      maxBytes: 67108864,
      maxRequestsPerRoute: 100,
      ignore: undefined,
      authorize: undefined,
      allowedHosts: [],
      trustForwarded: false,
      serverTiming: true,
      warnBlockedMs: process.env.NODE_ENV === 'test' ? Infinity : 100,
      printStats: false,
      callCounts: false,
      persist: resolve('node_modules/.cache/fastify-profiler'),
      editor: editorOf(undefined, process.env),
    }
    assert.deepEqual(checkOptions(), defaults)
    assert.deepEqual(checkOptions({}), defaults)
    const names = [...Object.keys(defaults), 'enabled']
    assert.deepEqual(checkOptions(Object.fromEntries(names.map((name) => [name, undefined]))), defaults)
  })

  test('blocked requests are not logged in a test, unless asked for', (t) => {
    const before = process.env.NODE_ENV
    t.after(() => {
      if (before === undefined) delete process.env.NODE_ENV
      else process.env.NODE_ENV = before
    })
    process.env.NODE_ENV = 'Test'
    assert.equal(checkOptions({}).warnBlockedMs, Number.POSITIVE_INFINITY)
    assert.equal(checkOptions({ warnBlockedMs: 5 }).warnBlockedMs, 5)
    process.env.NODE_ENV = 'staging'
    assert.equal(checkOptions({}).warnBlockedMs, 100)
  })

  test('what is given is what is set', () => {
    const authorize = () => true
    const given: ProfilerOptions = {
      enabled: ['staging'],
      prefix: '/admin/profiler/',
      record: 'manual',
      sampler: 'inspector',
      samplingIntervalUs: 100,
      maxBytes: 65536,
      maxRequestsPerRoute: 1,
      authorize,
      allowedHosts: ['Dev.Example.com', '.example.org', '[fd00::1]', '192.168.1.5'],
      trustForwarded: true,
      serverTiming: false,
      warnBlockedMs: 0.5,
      printStats: true,
      callCounts: true,
      persist: '/var/cache/baselines',
      editor: false,
    }
    const { enabled: _, ...rest } = given
    const allowedHosts = ['dev.example.com', '.example.org', '[fd00::1]', '192.168.1.5']
    assert.deepEqual(checkOptions(given), {
      ...rest,
      prefix: '/admin/profiler',
      allowedHosts,
      ignore: undefined,
      persist: resolve('/var/cache/baselines'),
      editor: undefined,
    })
    assert.equal(checkOptions({ persist: false }).persist, undefined)
    assert.equal(checkOptions({ persist: 'here' }).persist, resolve('here'))
  })
})

const anything = [
  null,
  0,
  1,
  -1,
  1.5,
  Number.NaN,
  Infinity,
  '',
  'x',
  '1000',
  true,
  [],
  {},
  [1],
  () => true,
  5n,
  Symbol('s'),
]
const name = (value: unknown): string => (typeof value === 'symbol' ? 'symbol' : typeof value)

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What each option takes of `anything`; all else must be refused. */
const takes: Record<keyof ProfilerOptions, (value: unknown) => boolean> = {
  enabled: (value) =>
    ['boolean', 'function'].includes(name(value)) || (Array.isArray(value) && value.length === 0),
  prefix: () => false,
  record: () => false,
  sampler: () => false,
  samplingIntervalUs: () => false,
  maxBytes: () => false,
  maxRequestsPerRoute: (value) => value === 1,
  ignore: (value) => typeof value === 'function' || (Array.isArray(value) && value.length === 0),
  authorize: (value) => typeof value === 'function',
  allowedHosts: (value) => Array.isArray(value) && value.length === 0,
  trustForwarded: (value) => typeof value === 'boolean',
  serverTiming: (value) => typeof value === 'boolean',
  warnBlockedMs: (value) => value === false || (typeof value === 'number' && value > 0 && value < Infinity),
  printStats: (value) => typeof value === 'boolean',
  callCounts: (value) => typeof value === 'boolean',
  persist: (value) => value === false || (typeof value === 'string' && value !== ''),
  editor: (value) => value === false || (isObject(value) && Object.keys(value).length === 0),
}

describe('wrong options', () => {
  const refused = (options: unknown, text: RegExp): void => {
    assert.throws(
      () => checkOptions(options),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'FST_PROFILER_BAD_OPTION')
        assert.match(error.message, text)
        assert.match(error.message, /allowed: \S/)
        return true
      },
    )
  }

  for (const [option, fits] of Object.entries(takes)) {
    test(`"${option}" of a wrong type`, () => {
      for (const value of anything) {
        if (fits(value)) checkOptions({ [option]: value })
        else refused({ [option]: value }, new RegExp(`^option "${option}" is `))
      }
    })
  }

  test('options that are no object', () => {
    for (const options of [null, 1, 'x', true, [], () => ({})]) refused(options, /^option "options" is /)
  })

  test('a path of a folder that is longer than any can be', () => {
    assert.ok(checkOptions({ persist: 'x'.repeat(4096) }).persist?.endsWith('x'.repeat(4096)))
    assert.throws(() => checkOptions({ persist: 'x'.repeat(4097) }), { code: 'FST_PROFILER_BAD_OPTION' })
  })

  test('edges of ranges', () => {
    const edges = {
      samplingIntervalUs: [100, 100_000],
      maxBytes: [65_536, Number.MAX_SAFE_INTEGER],
      maxRequestsPerRoute: [1, 1_000_000],
    }
    for (const [option, [least, most]] of Object.entries(edges)) {
      for (const fine of [least, most]) checkOptions({ [option]: fine })
      for (const wrong of [least - 1, most + 1, least + 0.5, String(least)]) {
        refused({ [option]: wrong }, new RegExp(`"${option}" is .*whole number from ${least} to ${most}`))
      }
    }
  })

  test('prefixes that no router, or no browser, takes as they are', () => {
    for (const prefix of ['/a', '/a/', '/a/b-c/d.e~f_g', '/__profile']) checkOptions({ prefix })
    const wrong = [
      '',
      '/',
      '//',
      '//a',
      '/a//b',
      '/a//',
      'a',
      'a/b',
      '/:id',
      '/*',
      '/a b',
      '/%61',
      '/é',
      '/a?b',
      '/a#b',
      '/..',
      '/a/../b',
      '/.',
      '/a\n',
    ]
    for (const prefix of wrong) refused({ prefix }, /^option "prefix" is /)
  })

  test('hosts that could never match, or would match too much', () => {
    const wrong = [
      '*',
      '',
      '.',
      'a:3000',
      'http://a',
      'a/b',
      'a b',
      'é.de',
      '*.a',
      '..a',
      'a.',
      '[fd00::1',
      'fd00::1',
      '.[::1]',
      'a@b',
      'a,b',
    ]
    for (const host of wrong) refused({ allowedHosts: ['fine', host] }, /^option "allowedHosts" is /)
    refused({ allowedHosts: 'localhost' }, /^option "allowedHosts" is "localhost"/)
  })

  test('unknown names, with the name that was meant', () => {
    refused({ maxByte: 5 }, /^option "maxByte" is 5; .*did you mean "maxBytes"\?/)
    refused({ Enabled: true }, /did you mean "enabled"\?/)
    refused({ ignored: '/x' }, /did you mean "ignore"\?/)
    refused({ samplingInterval: 1000 }, /did you mean "samplingIntervalUs"\?/)
    refused({ samplingIntervalMicroseconds: 1000 }, /did you mean "samplingIntervalUs"\?/)
    refused({ allowHosts: [] }, /did you mean "allowedHosts"\?/)
    refused({ zzzzzzzzzzzz: 1 }, /no option of this name, only enabled, prefix/)
    refused({ zzzzzzzzzzzz: undefined }, /no option of this name/)
    refused(JSON.parse('{"__proto__": 1}'), /"__proto__"/)
    refused({ constructor: 1 }, /"constructor"/)
    refused({ ['x'.repeat(10_000)]: 1 }, /no option of this name/)
  })

  test('a value that cannot be shown as JSON', () => {
    const round: { self?: unknown } = {}
    round.self = round
    refused({ prefix: round }, /^option "prefix" is \[object Object\]/)
    refused({ maxBytes: Number.NaN }, /^option "maxBytes" is NaN/)
    refused({ maxBytes: Infinity }, /^option "maxBytes" is Infinity/)
    refused({ prefix: Promise.resolve('/x') }, /^option "prefix" is \[object Promise\]/)
  })
})

describe('ignore', () => {
  test('a string is a path and all below it, by segments', () => {
    assert.equal(ignores('/assets', '/assets'), true)
    assert.equal(ignores('/assets', '/assets?v=1'), true)
    assert.equal(ignores('/assets', '/assets/a.js'), true)
    assert.equal(ignores('/assets', '/assets2'), false)
    assert.equal(ignores('/assets', '/'), false)
    assert.equal(ignores('/assets', '/x?to=/assets'), false)
    assert.equal(ignores('/assets/', '/assets'), false)
    assert.equal(ignores('/assets/', '/assets/a.js'), true)
    assert.equal(ignores('/', '/anything'), true)
  })

  test('a pattern sees the path without the query, each time from its start', () => {
    assert.equal(ignores(/health/, '/health'), true)
    assert.equal(ignores(/health/, '/x?health'), false)
    for (const flags of ['g', 'y', 'gy']) {
      const { ignore } = checkOptions({ ignore: new RegExp('/health', flags) })
      for (let i = 0; i < 5; i++) assert.equal(ignore!(requestFor('/health')), true, flags)
    }
  })

  test('a pattern of the application keeps its state to itself', () => {
    const pattern = /health/g
    pattern.lastIndex = 3
    assert.equal(ignores(pattern, '/health'), true)
    assert.equal(pattern.lastIndex, 3)
  })

  test('a pattern from another realm', () => {
    assert.equal(ignores(vm.runInNewContext('/health/'), '/health'), true)
  })

  test('a list ignores what one of it matches, and later changes of it change nothing', () => {
    const list = ['/a', /^\/b\d$/]
    const { ignore } = checkOptions({ ignore: list })
    list.push('/c')
    assert.deepEqual(
      ['/a', '/b7', '/b', '/c'].map((url) => ignore!(requestFor(url))),
      [true, true, false, false],
    )
    assert.equal(checkOptions({ ignore: [] }).ignore, undefined)
  })

  test('other rules are refused', () => {
    for (const ignore of ['assets', ['/a', 5], [() => true], { test: () => true }, ['/a', ['/b']]]) {
      assert.throws(() => checkOptions({ ignore }), { code: 'FST_PROFILER_BAD_OPTION' })
    }
  })

  test('a function decides by the request, and one that fails ignores nothing', async () => {
    const function_ = checkOptions({ ignore: (request: FastifyRequest) => request.raw.url === '/x' }).ignore!
    assert.equal(function_(requestFor('/x')), true)
    assert.equal(function_(requestFor('/y')), false)
    assert.equal(checkOptions({ ignore: () => 1 }).ignore!(requestFor('/')), true)
    const fails = [
      () => {
        throw new Error('no')
      },
      async () => true,
      () => Promise.reject(new Error('no')),
      // biome-ignore lint/suspicious/noThenProperty: what a library's promise looks like
      () => ({ then: (_: unknown, no: (error: Error) => void) => no(new Error('no')) }),
    ]
    for (const ignore of fails) assert.equal(checkOptions({ ignore }).ignore!(requestFor('/')), false)
    // A rejection that nobody handles would end this process before the next turn is over.
    await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('the switch', () => {
  const on = (options: unknown, env: Record<string, string>): boolean =>
    isEnabled(options as ProfilerOptions, env).enabled

  test('on unless production or test', () => {
    const expected = {
      development: true,
      staging: true,
      production: false,
      test: false,
      Production: false,
      ' production ': false,
      TEST: false,
      '': true,
    }
    for (const [NODE_ENV, enabled] of Object.entries(expected)) {
      assert.equal(on({}, { NODE_ENV }), enabled, NODE_ENV)
      assert.equal(on(undefined, { NODE_ENV }), enabled, NODE_ENV)
    }
    assert.equal(on({}, {}), true)
  })

  test('the option, in each of its forms', () => {
    const production = { NODE_ENV: 'production' }
    assert.equal(on({ enabled: true }, production), true)
    assert.equal(on({ enabled: false }, {}), false)
    assert.equal(on({ enabled: ['production', 'staging'] }, production), true)
    assert.equal(on({ enabled: ['staging'] }, production), false)
    assert.equal(on({ enabled: ['development'] }, {}), true)
    assert.equal(on({ enabled: [] }, {}), false)
    assert.equal(on({ enabled: () => true }, production), true)
    assert.equal(on({ enabled: () => false }, {}), false)
  })

  test('the environment variable wins over everything', () => {
    const words = {
      1: true,
      on: true,
      true: true,
      ON: true,
      ' True ': true,
      0: false,
      off: false,
      false: false,
      OFF: false,
    }
    const options = [
      undefined,
      {},
      { enabled: true },
      { enabled: false },
      { enabled: ['x'] },
      { enabled: () => assert.fail('asked') },
    ]
    for (const [word, enabled] of Object.entries(words)) {
      for (const option of options) {
        for (const NODE_ENV of ['production', 'development', 'test']) {
          assert.equal(on(option, { FASTIFY_PROFILER: word, NODE_ENV }), enabled)
        }
      }
    }
    assert.equal(on({ enabled: false }, { FASTIFY_PROFILER: '' }), false)
    assert.equal(on({ enabled: true }, { FASTIFY_PROFILER: '  ' }), true)
  })

  test('an unknown word is an error that says which are known', () => {
    for (const word of ['yes', 'no', '2', 'enabled', '__proto__', 'constructor', 'on;off']) {
      assert.throws(() => on({}, { FASTIFY_PROFILER: word }), {
        code: 'FST_PROFILER_BAD_OPTION',
        message: `environment variable FASTIFY_PROFILER is ${JSON.stringify(word)}; allowed: 1, 0, on, off, true, false`,
      })
    }
  })

  test('a wrong option, and a function that answers anything but a boolean', () => {
    const rejects = async () => {
      throw new Error('of the application')
    }
    const wrong = ['production', 1, null, ['a', 1], () => 'yes', async () => true, rejects, () => undefined]
    for (const enabled of wrong) {
      assert.throws(() => on({ enabled }, {}), { code: 'FST_PROFILER_BAD_OPTION', message: /"enabled"/ })
    }
  })

  test('the reason is one phrase that names what decided', () => {
    const reason = (options: ProfilerOptions, env: Record<string, string>): string =>
      isEnabled(options, env).reason
    assert.equal(reason({}, {}), 'NODE_ENV is not set')
    assert.equal(reason({}, { NODE_ENV: 'production' }), 'NODE_ENV is production')
    assert.equal(reason({}, { FASTIFY_PROFILER: 'on' }), 'FASTIFY_PROFILER is on')
    assert.equal(reason({ enabled: false }, {}), 'option "enabled" is false')
    assert.equal(reason({ enabled: ['a'] }, { NODE_ENV: 'b' }), 'NODE_ENV is b, not in option "enabled"')
    assert.equal(reason({ enabled: ['a'] }, { NODE_ENV: 'a' }), 'NODE_ENV is a, in option "enabled"')
    assert.equal(reason({ enabled: () => true }, {}), 'the function in option "enabled" answered true')
  })
})
