import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type StatsOptions, statsTable } from '../plugin/formats/stats.ts'
import { cutMiddle, padEnd, textWidth } from '../plugin/formats/text-width.ts'
import { callsSentence } from '../plugin/model/calls.ts'
import { hotFunctions } from '../plugin/model/hot.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import { drawnStacks, profileOf } from './pictures.ts'

const profile = profileOf(`
  main@src/main.ts:3;fib@src/fib.ts:12;fib@src/fib.ts:12 40 50ms
  main@src/main.ts:3;parse@ 5
  main@src/main.ts:3 1 0.5ms
  (garbage collector) 2 1.25ms
  x@node_modules/x/x.js:9 3 3ms
`)

describe('statsTable', () => {
  it('is an aligned table that says what it is', () => {
    assert.deepEqual(statsTable(profile).split('\n'), [
      'GET /picture',
      '1 request, 51 samples (one per 1.172 ms), 59.75 ms own CPU, sorted by self time',
      '',
      'samples  self ms  self %  total ms  total %  function             file:line',
      '     40    50.00    83.7     50.00     83.7  fib                  src/fib.ts:12',
      '      5     5.00     8.4      5.00      8.4  parse',
      '      3     3.00     5.0      3.00      5.0  x                    node_modules/x/x.js:9',
      '      2     1.25     2.1      1.25      2.1  (garbage collector)',
      '      1     0.50     0.8     55.50     92.9  main                 src/main.ts:3',
      '',
      'self: CPU of the function itself; adds up to the own CPU. total: with all that it called, recursion counted once.',
    ])
  })

  it('has the calls where they are counted, and those of functions that no sample met', () => {
    const frames = [...profile.frames, { ...profile.frames[1], name: 'quick', line: 7 }]
    const fib = frames.findIndex(({ name }) => name === 'fib')
    const calls = {
      ...{ requests: 5, partly: 0, overlapped: 2, skipped: 0 },
      ...{ frame: [fib, frames.length - 1, 1], count: [35, 700, 5], resumes: [false, false, true] },
    }
    const lines = statsTable({ ...profile, frames, calls }, { sort: 'calls', limit: 4 }).split('\n')
    assert.deepEqual(lines.slice(1, -2), [
      '1 request, 51 samples (one per 1.172 ms), 59.75 ms own CPU, sorted by calls',
      'calls counted in 5 requests, not in 2 where routes overlapped',
      '',
      'ncalls  samples  self ms  self %  total ms  total %  function                     file:line',
      '   700        0     0.00     0.0      0.00      0.0  quick                        src/main.ts:7',
      '    35       40    50.00    83.7     50.00     83.7  fib                          src/fib.ts:12',
      '   ≤ 5        1     0.50     0.8     55.50     92.9  main                         src/main.ts:3',
      '     –        5     5.00     8.4      5.00      8.4  parse',
      '              5     4.25     7.1                     … 2 more functions, 4.25 ms',
    ])
    assert.throws(() => statsTable(profile, { sort: 'calls' }), /with the option callCounts/)
  })

  it('says what it leaves out, so that samples and time still add up', () => {
    const lines = statsTable(profile, { sort: 'total', limit: 2 }).split('\n').slice(3, -2)
    assert.deepEqual(lines, [
      'samples  self ms  self %  total ms  total %  function                     file:line',
      '      1     0.50     0.8     55.50     92.9  main                         src/main.ts:3',
      '     40    50.00    83.7     50.00     83.7  fib                          src/fib.ts:12',
      '     10     9.25    15.5                     … 3 more functions, 9.25 ms',
    ])
    assert.match(statsTable(profileOf('a 1\nb 1'), { limit: 1 }), /… 1 more function, 1\.000 ms\n/)
  })

  it('adds up for any profile, sort and limit', () => {
    fc.assert(
      fc.property(
        drawnStacks(),
        fc.constantFrom('self', 'total', 'samples'),
        fc.integer({ min: 1, max: 6 }),
        (stacks, sort, limit) => {
          const drawn = profileOf(stacks)
          const lines = statsTable(drawn, { sort, limit } as StatsOptions).split('\n')
          const from = lines.findIndex((line) => line.startsWith('samples ')) + 1
          const rows = lines.slice(from, lines.indexOf('', from)).map((line) => line.trim().split(/\s+/))
          assert.equal(rows.length, Math.min(limit + 1, hotFunctions(drawn).length))
          assert.equal(
            rows.reduce((sum, row) => sum + Number(row[0]), 0),
            drawn.samples,
          )
          const selfMs = rows.reduce((sum, row) => sum + Number(row[1]), 0)
          assert.ok(Math.abs(selfMs - drawn.ownUs / 1000) < 0.06 * rows.length)
        },
      ),
    )
  })

  it('sorts as asked', () => {
    const first = (options: StatsOptions) =>
      statsTable(profile, options).split('\n')[4].trim().split(/\s+/)[5]
    assert.equal(first({ sort: 'self' }), 'fib')
    assert.equal(first({ sort: 'total' }), 'main')
    assert.equal(first({ sort: 'samples' }), 'fib')
    assert.match(statsTable(profile, { sort: 'total' }), /sorted by total time\n/)
  })

  it('says when there is nothing, or too little, to go by', () => {
    assert.equal(
      statsTable(emptyProfile('GET /', '/app', 1000)),
      'GET /\n0 requests, 0 samples, 0.000 ms own CPU, sorted by self time\nno samples',
    )
    assert.match(
      statsTable(profileOf('(not sampled) 0 0.4ms')),
      /\nno samples: how long it took is known, but not where\n/,
    )
    assert.match(statsTable(profileOf('a 29')), /\ntoo few samples to trust \(fewer than 30\)\n/)
    assert.doesNotMatch(statsTable(profileOf('a 30')), /too few/)
  })

  it('keeps its columns with wide and with long names', () => {
    const long = 'a'.repeat(100)
    const lines = statsTable(
      profileOf(`計算する@src/計.ts:3 30\n${long}@${'d/'.repeat(60)}e.ts:7 10\nz@z.ts:1 1`),
    ).split('\n')
    const columns = lines
      .slice(3, 7)
      .map((line) => textWidth(line.slice(0, line.search(/file:line|src\/計|d\/d|z\.ts/))))
    assert.deepEqual(new Set(columns).size, 1)
    assert.match(lines[5], /aaa…aaa/)
    assert.match(lines[5], /…[d/]+e\.ts:7$/)
    assert.ok(textWidth(lines[5]) < 160)
    assert.equal(textWidth(lines[5].slice(lines[3].indexOf('file:line')).trim()), 60)
  })

  it('takes as many functions as there are', () => {
    const many = profileOf('a 1')
    const count = 200_000
    const frames = Array.from({ length: count }, (_, i) => ({ ...many.frames[1], name: `f${i}` }))
    const column = (value: number) => new Array<number>(count).fill(value)
    const tree = {
      parent: [-1, ...column(0)],
      frame: [0, ...frames.map((_, i) => i + 1)],
      selfUs: [0, ...column(1000)],
      samples: [0, ...column(1)],
    }
    const table = statsTable({ ...many, frames: [many.frames[0], ...frames], tree }, { limit: count })
    assert.equal(table.split('\n').length, count + 7)
  })

  it('lets no name steer the terminal', () => {
    const table = statsTable(profileOf('evil\u001b[2J\u202ename\u0007@a\u0000.ts:1 30'))
    assert.doesNotMatch(table, /(?!\n)[\p{Cc}\p{Cf}]/u)
    assert.match(table, /evil\[2Jname/)
  })

  it('refuses what it does not know', () => {
    const bad = { code: 'FST_PROFILER_BAD_PARAMETER', statusCode: 400 }
    assert.throws(() => statsTable(profile, { sort: 'cost' as 'self' }), {
      ...bad,
      message: '"sort" is "cost"; allowed: self, total, samples, and with the option callCounts calls',
    })
    for (const limit of [0, -1, 1.5, Number.NaN, '5' as unknown as number]) {
      assert.throws(() => statsTable(profile, { limit }), bad)
    }
  })
})

describe('text for a terminal', () => {
  it('counts columns, not characters', () => {
    assert.equal(textWidth('abc'), 3)
    assert.equal(textWidth('計算'), 4)
    assert.equal(textWidth('e\u0301'), 1)
    assert.equal(textWidth('🔥'), 2)
    assert.equal(padEnd('計', 4), '計  ')
  })

  it('cuts in the middle to the columns there are', () => {
    assert.equal(cutMiddle('abcdefghij', 10), 'abcdefghij')
    assert.equal(cutMiddle('abcdefghij', 5), 'ab…ij')
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 3, max: 40 }),
        (text, columns) => {
          const cut = cutMiddle(text, columns)
          assert.ok(textWidth(cut) <= columns)
          assert.doesNotMatch(cut, /\p{Cs}/u)
        },
      ),
    )
  })
})

describe('of which requests calls are counted', () => {
  const none = { requests: 0, partly: 0, overlapped: 0, skipped: 0, frame: [], count: [], resumes: [] }
  const cases: [Partial<typeof none>, string][] = [
    [{}, 'no calls counted yet'],
    [{ requests: 1 }, 'calls counted in 1 request'],
    [{ partly: 3 }, 'calls counted in a part of 3'],
    [{ overlapped: 7 }, 'calls not counted in 7 where routes overlapped'],
    [
      { requests: 5, skipped: 2 },
      'calls counted in 5 requests, not in 2 to spare the application, or since V8 did not count',
    ],
  ]
  for (const [some, text] of cases) it(text, () => assert.equal(callsSentence({ ...none, ...some }), text))
})
