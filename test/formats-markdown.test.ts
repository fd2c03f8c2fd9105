import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lexer, type Token, type Tokens, walkTokens } from 'marked'
import { type About, aboutSteps } from '../plugin/formats/about.ts'
import { formatContent } from '../plugin/formats/index.ts'
import { markdownSteps } from '../plugin/formats/markdown/index.ts'
import { block, code, table } from '../plugin/formats/markdown/text.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import type { Selection } from '../plugin/model/wire/selection.ts'
import type { WaitKind, WaitSum } from '../plugin/model/wire/waits.ts'
import { profileOf } from './pictures.ts'

const picture = `
  handler@src/app.ts:3;render@src/render.ts:12 60 66ms 13:40 14:20
  handler@src/app.ts:3;parse@node_modules/marked/index.js:40;exec@ 30
  (garbage collector) 4
`

const about: About = {
  sampler: { name: 'inspector', achievedIntervalUs: 1050 },
  requests: {
    wallMs: [10, 20, 30, 140],
    queuedMs: [],
    queuedBehind: [],
    ...{ ownMs: 80, blockedMs: 60, gcMs: 20, waitingMs: 40, sendingMs: 0, afterMs: 4, failed: 1 },
    blockedBy: [{ route: 'POST /report', ms: 60, requests: 3 }],
    waits: [waitsFor('database', 'SELECT 1', 4, 8)],
    kinds: [],
  },
  culprit: {
    ...{ causedMs: 0, longestBlockMs: 0, longestBlock: null },
    ...{ queuedMs: 0, longestQueued: null, awaitedMs: 0, longestAwaited: null },
  },
  texts: new Map([['src/render.ts', { text: lines(14), path: '', changed: false }]]),
}

function waitsFor(kind: WaitKind, target: string, count: number, ms: number): WaitSum {
  return { kind, target, count, requests: count, ms, waitingMs: ms, sumMs: ms }
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `\tline ${i + 1} || \`x\``).join('\n')
}

function written(profile: Profile, about?: About): string {
  return formatContent({ profile, about }, 'markdown').body as string
}

/** The texts of a section's table, row by row. */
function rowsIn(markdown: string, heading: RegExp): string[][] {
  const tokens = lexer(markdown)
  const at = tokens.findIndex((token) => token.type === 'heading' && heading.test(token.text))
  const found = tokens.slice(at).find((token) => token.type === 'table') as Tokens.Table
  return found.rows.map((row) => row.map((cell) => textOf(cell.tokens)))
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => ('text' in token ? token.text : token.raw)).join('')
}

describe('markdown', () => {
  it('says what was measured, and where the time of a request went, adding up', () => {
    const text = written(profileOf(picture, { requests: 4 }), about)
    assert.match(text, /^# CPU profile of `GET \/picture`\n/)
    assert.match(text, /4 requests, 2026-11-22T10:00:00\.000Z to /)
    assert.match(text, /100\.0 ms of own CPU, 94 samples, one per 1 ms of CPU \(1\.050 ms achieved\)/)
    const rows = rowsIn(text, /Where the time/).map(([name, perRequest, share]) => [name, perRequest, share])
    assert.deepEqual(rows, [
      ['own CPU', '20.00', '40.0'],
      ['held by others', '15.00', '30.0'],
      ['garbage collection', '5.00', '10.0'],
      ['waiting', '10.00', '20.0'],
      ['wall time', '50.00', '100.0'],
    ])
    assert.match(text, /p50 20\.0 ms, p95 140\.0 ms, p99 140\.0 ms, longest 140\.0 ms\. 1 request failed\./)
    assert.match(text, /After the response another 1\.00 ms of CPU per request/)
  })

  it('says what it means to wait for a request, where any did', () => {
    const waits = [waitsFor('request', 'GET /b', 2, 8), waitsFor('timer', '5 ms', 1, 5)]
    const text = written(profileOf(picture), { ...about, requests: { ...about.requests, waits } })
    assert.deepEqual(
      rowsIn(text, /What it waited for/).map(([name]) => name),
      ['request GET /b', 'timer 5 ms'],
    )
    assert.match(text, /A `request` of a route had what it waited for/)
    assert.doesNotMatch(written(profileOf(picture), about), /A `request` of a route/)
  })

  it('names who held the requests up, what they waited for, and whom the route made wait', () => {
    const text = written(profileOf(picture), about)
    assert.deepEqual(rowsIn(text, /Who made it wait/), [['POST /report', '15.00', '60.0', '3']])
    assert.deepEqual(rowsIn(text, /What it waited for/), [['database SELECT 1', '2.00', '8.0', '4']])
    assert.match(text, /## Whom it made wait\n\nNobody, since recording began\./)
    const { frames } = profileOf('sort@src/list.ts:9 1')
    const culprit = {
      causedMs: 75,
      longestBlockMs: 50,
      longestBlock: { ms: 50, requestId: '1', stack: frames.slice(1) },
      awaitedMs: 0,
      longestAwaited: null,
      queuedMs: 0,
      longestQueued: null,
    }
    assert.match(
      written(profileOf(picture), { ...about, culprit }),
      /made requests wait 75\.00 ms in all for the event loop, 50\.00 ms at the longest by one turn, in `sort` \(`src\/list\.ts:9`\)\./,
    )
    const awaitedToo = { ...culprit, awaitedMs: 90, longestAwaited: { ms: 45, requestId: '2' } }
    const both = written(profileOf(picture), { ...about, culprit: awaitedToo })
    assert.match(both, /## Whom it made wait\n\nSince recording began it made requests wait 75\.00 ms/)
    assert.match(
      both,
      /\n\nSince recording began requests waited 90\.00 ms in all, 45\.00 ms at the longest, until one/,
    )
    const longestQueued = { ms: 204, requestId: '3', stack: frames.slice(1) }
    const queuedToo = written(profileOf(picture), {
      ...about,
      requests: {
        ...about.requests,
        queuedMs: [0, 10, 20, 220],
        queuedBehind: [{ route: 'POST /report', ms: 200, requests: 1 }],
      },
      culprit: { ...about.culprit!, queuedMs: 900, longestQueued },
    })
    assert.match(
      queuedToo,
      /## Who made it wait\n\nBefore `onRequest` it may have queued for at most 10\.0 ms \(p50\), .*, 220\.0 ms \(longest\), which is .*: the event loop was busy, above all with `POST \/report`\.\n\n\|/,
    )
    assert.match(
      queuedToo,
      /## Whom it made wait\n\nSince recording began requests queued at most 900\.0 ms in all before `onRequest` while it held the event loop, 204\.0 ms by one turn, in `sort` \(`src\/list\.ts:9`\)\./,
    )
    assert.doesNotMatch(both, /queued/)
    const queuedOnly = {
      ...about,
      requests: {
        ...about.requests,
        blockedBy: [],
        queuedMs: [220],
        queuedBehind: [{ route: 'POST /report', ms: 200, requests: 1 }],
      },
    }
    assert.match(
      written(profileOf(picture), queuedOnly),
      /queued for at most 220\.0 ms, .*\n\nAfter that nobody: when it could go on/,
    )
    const alone1 = { ...about.culprit!, awaitedMs: 90, longestAwaited: { ms: 45, requestId: '2' } }
    assert.match(
      written(profileOf(picture), { ...about, culprit: alone1 }),
      /## Whom it made wait\n\nSince recording began requests waited 90\.00 ms/,
    )
    assert.doesNotMatch(written(profileOf(picture), { ...about, culprit }), /requests waited|Nobody, since/)
    const nested = profileOf('app@src/app.ts:1;list@src/list.ts:9;sort@ 1').frames.slice(1)
    const deep = { ...culprit, longestBlock: { ms: 50, requestId: '1', stack: nested } }
    assert.match(
      written(profileOf(picture), { ...about, culprit: deep }),
      /, in `list` \(`src\/list\.ts:9`\)/,
    )
    const hidden = { ...culprit, longestBlock: { ...culprit.longestBlock, ms: 8 } }
    assert.match(
      written(profileOf(picture), { ...about, culprit: hidden }),
      /50\.00 ms at the longest by one turn, which was not sampled; of those that were, 8\.00 ms in `sort` \(/,
    )
    const alone = { ...about, requests: { ...about.requests, blockedBy: [] } }
    assert.match(written(profileOf(picture), alone), /## Who made it wait\n\nNobody:/)
  })

  it('has packages, natives with those that called them, functions, and lines with their text', () => {
    const text = written(profileOf(picture), about)
    assert.deepEqual(rowsIn(text, /by package/), [
      ['your code', '66.0', '66.0'],
      ['marked', '30.0', '30.0'],
      ['garbage collector', '4.0', '4.0'],
    ])
    assert.deepEqual(rowsIn(text, /Hot functions/), [
      ['66.0', '66.0', '66.0', '66.0', '60', 'render', 'src/render.ts:12'],
      ['30.0', '30.0', '30.0', '30.0', '30', 'exec', ''],
      ['4.0', '4.0', '4.0', '4.0', '4', '(garbage collector)', ''],
    ])
    assert.deepEqual(
      rowsIn(text, /of the application/).map((row) => [row[2], row[5]]),
      [
        ['96.0', 'handler'],
        ['66.0', 'render'],
      ],
    )
    const [code] = lexer(text).filter((token) => token.type === 'code')
    assert.deepEqual((code as Tokens.Code).text.split('\n'), [
      ' 44.0 %    40 samples  src/render.ts:13  line 13 || `x`',
      ' 22.0 %    20 samples  src/render.ts:14  line 14 || `x`',
    ])
  })

  it('finds lines by all ends of lines that JavaScript has, in steps where the text is large', () => {
    const source = (text: string) => new Map([['src/render.ts', { text, path: '', changed: false }]])
    const before = ['\n', '\r\n', '\r', '\u2028', '\u2029'].flatMap((end) => [`x${end}`, end])
    const ends = `${before.join('')}x\n\r`
    const text = written(profileOf(picture), { ...about, texts: source(`${ends}thirteen\nfourteen`) })
    assert.match(text, /src\/render\.ts:13 {2}thirteen\n/)
    assert.match(text, /src\/render\.ts:14 {2}fourteen\n/)
    const short = written(profileOf(picture), { ...about, texts: source(`${ends}last`) })
    assert.match(short, /src\/render\.ts:13 {2}last\n.*src\/render\.ts:14\n/)

    const large = 100_000
    const last = profileOf(`render@src/render.ts:12 60 66ms ${large}:40`)
    const steps = markdownSteps(last, { ...about, texts: source(lines(large)) })
    let taken = 0
    for (let step = steps.next(); ; step = steps.next(), taken++) {
      if (!step.done) continue
      assert.match(step.value, /line 100000 \|\|/)
      break
    }
    assert.ok(taken > 90, `${taken} steps`)
  })

  it('speaks of one request as one, of no CPU after the response, and of ten rows without more', () => {
    const { requests } = about
    const rows = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ route: `GET /${i}`, ms: 1, requests: 1 }))
    const told = (given: Partial<About['requests']>) =>
      written(profileOf(picture), { ...about, requests: { ...requests, ...given } })
    assert.match(told({ wallMs: [7] }), /\nOne request, 7\.000 ms\./)
    assert.doesNotMatch(told({ afterMs: 0 }), /After the response/)
    assert.doesNotMatch(told({ blockedBy: rows(10) }), / more\./)
    assert.match(told({ blockedBy: rows(12) }), /\n\n… and 2 more\./)
    const wallMs = Array.from({ length: 200 }, (_, i) => i + 1)
    assert.match(told({ wallMs }), /p50 100\.0 ms, p95 190\.0 ms, p99 198\.0 ms, longest 200\.0 ms/)
  })

  it('puts lines by their time, and leaves out code that is in no file', () => {
    const text = written(profileOf('a@x.ts:1 4 9:1 5:3\nb@y.ts:1 4 2:4\nc@ 9 1:9'))
    const [code] = lexer(text).filter((token) => token.type === 'code')
    assert.deepEqual(
      (code as Tokens.Code).text.split('\n').map((line) => line.trim().split(/ +/).at(-1)),
      ['y.ts:2', 'x.ts:5', 'x.ts:9'],
    )
  })

  it('shows no line of a text that is another by now, or not there', () => {
    const [source] = about.texts.values()
    for (const texts of [new Map(), new Map([['src/render.ts', { ...source, changed: true }]])]) {
      const text = written(profileOf(picture), { ...about, texts })
      assert.match(text, /src\/render\.ts:13\n/)
      assert.doesNotMatch(text, /line 13/)
    }
  })

  it('says how far it can be believed', () => {
    assert.match(written(profileOf('a 29')), /\*\*Too few samples to trust \(fewer than 30\)/)
    assert.match(
      written(profileOf('a 30')),
      /\n\nTimes in all .* a share of 10 % is truly between \d+\.\d % and \d+\.\d %/,
    )
    assert.match(
      written(profileOf('(not sampled) 0 7ms')),
      /\*\*No samples: how long it took is known, but not where/,
    )
    assert.match(written(emptyProfile('GET /')), /\*\*Nothing to see/)
  })

  it('adds up what it leaves out', () => {
    const stacks = Array.from({ length: 40 }, (_, i) => `f${i}@src/f.ts:${i + 1} 2`).join('\n')
    const rows = rowsIn(written(profileOf(stacks)), /Hot functions/)
    assert.equal(rows.length, 16)
    assert.deepEqual(rows.at(-1)?.slice(4), ['50', '25 more functions', ''])
    const self = rows.reduce((sum, [ms]) => sum + Number(ms), 0)
    assert.ok(Math.abs(self - 80) < 0.1)
  })

  it('is inert, whatever the names are', () => {
    const piece = fc.constantFrom(
      ...[
        '|',
        '\\',
        '`',
        '``',
        '\n',
        '\r\n',
        '<script>',
        '</td>',
        '<img src=x onerror=y>',
        '](http://x)',
        '![a',
      ],
      ...['**', '_', '# ', '\n\n# h\n', '---', '~~~', '```', '&lt;', ' ', 'a', '\u2028', '\u202e', '1. '],
    )
    const hostile = fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(hostile, hostile, hostile, (name, file, title) => {
        const drawn = profileOf('handler@src/app.ts:3;render@src/render.ts:12 60 66ms 13:40')
        const frames = drawn.frames.map((frame, i) => (i === 0 ? frame : { ...frame, name, file }))
        const tree = { ...drawn.tree, frame: [0, 1, 2] }
        const waits = [waitsFor('http', title, 1, 1)]
        const requests = { ...about.requests, waits, blockedBy: [{ route: title, ms: 1, requests: 1 }] }
        const texts = new Map([[file, { text: `${title}\n`.repeat(20), path: '', changed: false }]])
        const text = written({ ...drawn, title, frames, tree }, { ...about, requests, texts })
        const kinds = new Set<string>()
        walkTokens(lexer(text), (token) => void kinds.add(token.type))
        for (const kind of ['html', 'link', 'image', 'blockquote', 'hr', 'escape', 'em', 'del']) {
          assert.ok(!kinds.has(kind), `${kind} in ${text}`)
        }
        const headings = lexer(text).filter((token) => token.type === 'heading')
        assert.equal(headings.length, 10)
        for (const found of lexer(text)) {
          if (found.type !== 'table') continue
          for (const row of (found as Tokens.Table).rows) assert.equal(row.length, found.header.length)
        }
        assert.equal(rowsIn(text, /Hot functions/).length, 1)
        assert.equal(rowsIn(text, /Hot functions/)[0][4], '60')
        assert.equal(rowsIn(text, /What it waited for/)[0][3], '1')
      }),
      { numRuns: 500 },
    )
  })
})

it('says whom the selected route made wait, and not whom another did', () => {
  const recorder = {
    *sums() {
      yield
      return about.requests
    },
    *texts() {
      yield
      return new Map()
    },
    routes: () => ['GET /b', 'GET /a'].map((route) => ({ route, causedMs: route === 'GET /a' ? 7 : 0 })),
    status: () => ({ sampler: about.sampler }),
  }
  const of = (selection: Selection) =>
    atOnce(aboutSteps(recorder as never, selection, profileOf('a 1'))).culprit?.causedMs
  assert.deepEqual([of({ route: 'GET /a' }), of({ requests: ['1'] })], [7, undefined])
})

describe('text of others', () => {
  it('stays what it is in code, but for line breaks and what hides', () => {
    assert.equal(code('a`b'), '``a`b``')
    assert.equal(code('`a`'), '`` `a` ``')
    assert.equal(code('a\nb\u202e'), '`ab`')
    assert.equal(code(''), '')
    assert.equal(code('\n'), '')
  })

  it('ends no cell and no fence', () => {
    const [found] = lexer(table(['a', 'b:'], [[code('x|y'), code('x\\|y')]])) as Tokens.Table[]
    assert.equal(found.rows[0].length, 2)
    assert.equal(textOf(found.rows[0][0].tokens), 'x|y')
    const [fenced, ...rest] = lexer(block(['```', '# x', '`````']))
    assert.equal((fenced as Tokens.Code).text, '```\n# x\n`````')
    assert.deepEqual(rest, [])
  })
})
