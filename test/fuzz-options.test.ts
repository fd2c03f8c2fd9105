import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isEnabled } from '../plugin/options/enabled.ts'
import { checkOptions, optionNames, type ProfilerOptions } from '../plugin/options/index.ts'
import { inputs } from './fuzz-runs.ts'

const names = [...optionNames, '', '__proto__', 'constructor', 'toString', 'Prefix', 'max']
const value = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
  fc.constantFrom<unknown>(
    ...[
      '/__profile',
      '/a/b/',
      '//',
      '/a b',
      '/%2e',
      '/..',
      '/:id',
      '*',
      'always',
      'manual',
      'auto',
      'inspector',
      'v8',
    ],
    ...[
      true,
      false,
      100,
      1000,
      65_536,
      1e9,
      -1,
      0.5,
      Number.NaN,
      Infinity,
      2 ** 53,
      '1000',
      10n,
      Symbol('s'),
    ],
    ...[
      () => true,
      () => 'yes',
      async () => true,
      /x/g,
      [/x/, '/y'],
      ['/x'],
      ['localhost'],
      ['.'],
      ['a:1'],
      ['é'],
    ],
    ...[Object.create(null), new Proxy({}, {}), 'x'.repeat(10_000), '\r\n', '\u0000'],
  ),
)
const options = fc
  .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string()), value), {
    maxLength: 4,
  })
  .map((entries) => Object.fromEntries(entries))

/** What is thrown at whoever writes the options: one sentence that names the option. */
function checkRefusal(error: unknown): void {
  const { code, message } = error as { code?: string; message: string }
  assert.equal(code, 'FST_PROFILER_BAD_OPTION', String(error))
  assert.match(message, /^(option|environment variable) .+ is [\s\S]+; [\s\S]*allowed: \S/)
  assert.ok(message.length < 1000, `${message.length} characters`)
}

test('any options are settings that hold what they promise, or a refusal', () => {
  let fine = 0
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: options }, value), (given) => {
      try {
        const settings = checkOptions(given)
        fine++
        assert.match(settings.prefix, /^(\/[\w.~-]+)+$/)
        assert.ok(settings.samplingIntervalUs >= 100 && settings.samplingIntervalUs <= 100_000)
        assert.ok(Number.isSafeInteger(settings.maxBytes) && settings.maxBytes >= 65_536)
        assert.ok(Number.isSafeInteger(settings.maxRequestsPerRoute) && settings.maxRequestsPerRoute >= 1)
        assert.ok(settings.warnBlockedMs > 0)
        for (const host of settings.allowedHosts) assert.match(host, /^[.[\]:\w-]+$/)
        for (const name of ['authorize', 'ignore'] as const) {
          assert.ok(['function', 'undefined'].includes(typeof settings[name]))
        }
        for (const name of ['trustForwarded', 'serverTiming', 'printStats', 'callCounts'] as const) {
          assert.equal(typeof settings[name], 'boolean')
        }
      } catch (error) {
        if ((error as Error).name === 'AssertionError') throw error
        checkRefusal(error)
      }
    }),
    inputs(1500),
  )
  assert.ok(fine > 50, `${fine} are fine`)
})

test('any switch is on, off or a refusal', () => {
  const text = fc.oneof(
    fc.constantFrom('1', 'off', ' ON ', 'production', 'test', '', '__proto__'),
    fc.string(),
  )
  const env = fc.dictionary(fc.constantFrom('NODE_ENV', 'FASTIFY_PROFILER'), text)
  fc.assert(
    fc.property(value, env, (enabled, env) => {
      try {
        const decided = isEnabled({ enabled } as ProfilerOptions, env)
        assert.equal(typeof decided.enabled, 'boolean')
        assert.notEqual(decided.reason, '')
      } catch (error) {
        if ((error as Error).name === 'AssertionError') throw error
        checkRefusal(error)
      }
    }),
    inputs(500),
  )
})
