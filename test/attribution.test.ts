import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hottestStack } from '../plugin/attribution/hottest.ts'
import { type Account, type Collection, createAttribution } from '../plugin/attribution/index.ts'
import { MAX_SAMPLES_PER_REQUEST } from '../plugin/attribution/samples.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { addSample, createSampleList, stackOf, trim, weightOf } from '../plugin/requests/sample-list.ts'
import { createBackground } from '../plugin/store/background.ts'
import { type Holder, IDLE, NOBODY, type Slices } from '../plugin/tracker/timeline.ts'
import { attribute } from './attribute.ts'
import { createRequests } from './records.ts'
import { attributed, COLUMN_US, draw, isOwn, pathOf, samplesOf, segmentFrom } from './turns.ts'

/** Times of a request in columns. */
function afterOf({ after }: Account, record: RequestRecord): number {
  return after.us.filter((_, i) => after.records[i] === record).reduce((sum, us) => sum + us, 0)
}

function times({ ownUs, afterUs, weighedUs, unweighedUs }: RequestRecord) {
  return {
    own: ownUs / COLUMN_US,
    after: afterUs / COLUMN_US,
    weighed: weighedUs / COLUMN_US,
    unweighed: unweighedUs / COLUMN_US,
  }
}

/** An account in columns. */
function sums(account: Account) {
  const own = [...account.ownUs.values()].reduce((sum, us) => sum + us, 0)
  const [requests, nobody, gc, idle, recorded] = [
    own,
    account.nobodyUs,
    account.gcUs,
    account.idleUs,
    account.recordedUs,
  ].map((us) => us / COLUMN_US)
  return { requests, nobody, gc, idle, recorded }
}

describe('time', () => {
  test('goes to who held the thread', () => {
    const { account, request } = attributed('turns   AAA..BB--A')
    assert.deepEqual(sums(account), { requests: 6, nobody: 2, gc: 0, idle: 2, recorded: 10 })
    assert.equal(times(request('A')).own, 4)
    assert.equal(times(request('B')).own, 2)
  })

  test('of a collection goes to nobody, whoever held the thread', () => {
    const { account, request } = attributed(`
      turns   AAAABB..--
      gc       ## ###  #
    `)
    assert.deepEqual(sums(account), { requests: 2, nobody: 1, gc: 6, idle: 1, recorded: 10 })
    assert.equal(times(request('A')).own, 2)
    assert.equal(times(request('B')).own, 0)
  })

  test('of collections outside the log counts for nothing', () => {
    const { slices, request } = draw('turns   AAAA')
    const { timeUs, endUs } = slices
    const collections = [
      { startUs: timeUs[0] - 5000, endUs: timeUs[0] - 4000 },
      { startUs: timeUs[0] - 500, endUs: timeUs[0] + 250 },
      { startUs: endUs - 250, endUs: endUs + 500 },
      { startUs: endUs + 4000, endUs: endUs + 5000 },
    ]
    const account = attribute(slices, collections, undefined, COLUMN_US, isOwn)
    assert.deepEqual(sums(account), { requests: 3.5, nobody: 0, gc: 0.5, idle: 0, recorded: 4 })
    assert.equal(times(request('A')).own, 3.5)
  })

  test('of an empty log is nothing', () => {
    const slices = { length: 0, timeUs: new Float64Array(), holder: [], endUs: 7 }
    const account = attribute(slices, [{ startUs: 0, endUs: 9 }], undefined, COLUMN_US, isOwn)
    assert.deepEqual(sums(account), { requests: 0, nobody: 0, gc: 0, idle: 0, recorded: 0 })
  })

  test('after the response counts apart, and is part of the own time of all', () => {
    const { account, request } = attributed(`
      turns   AAAA.A
      gc         #
      ends      A
    `)
    assert.deepEqual(times(request('A')), { own: 2, after: 2, weighed: 0, unweighed: 5 - 4 })
    assert.equal(afterOf(account, request('A')), 2 * COLUMN_US)
    assert.equal(sums(account).requests, 4)
  })
})

describe('samples', () => {
  test('land on the request in whose turn they were taken', () => {
    const { account, request } = attributed(`
      turns   AAA..BB--AA
      samples abcdefgh  a
      b = outer;inner:7
    `)
    assert.deepEqual(samplesOf(request('A')), ['a@0.5', 'outer;inner:7@1.5', 'c@2.5', 'a@10.5'])
    assert.deepEqual(samplesOf(request('B')), ['f@5.5', 'g@6.5'])
    assert.deepEqual([...account.samples.values()], [6])
  })

  test('of none, where V8 did not sample, are told from samples that fell elsewhere by chance', () => {
    const { slices, segment, request } = draw(`
      turns   AABAAA-AABAAA
      samples         a
    `)
    const later = { ...segment, startUs: slices.timeUs[4] }
    attribute(slices, [], later, COLUMN_US, isOwn)
    const unsampled = () => [request('A'), request('B')].map(({ unsampledUs }) => unsampledUs / COLUMN_US)
    assert.deepEqual(unsampled(), [5, 1])
    assert.deepEqual(times(request('A')), { own: 10, after: 0, weighed: 2, unweighed: 0 })
    assert.deepEqual(times(request('B')), { own: 2, after: 0, weighed: 0, unweighed: 1 })
    attribute(slices, [], undefined, COLUMN_US, isOwn)
    assert.deepEqual(unsampled(), [5 + 10, 1 + 2])
  })

  test('taken at the moment of a switch belong to the next turn', () => {
    const { slices, request } = draw('turns   AB')
    const segment = segmentFrom([{ stack: 'f', timeUs: slices.timeUs[1] }], slices.endUs)
    attribute(slices, [], segment, COLUMN_US, isOwn)
    assert.deepEqual(samplesOf(request('A')), [])
    assert.deepEqual(samplesOf(request('B')), ['f@1'])
  })

  test('from before and after the log are left out', () => {
    const { slices, request } = draw('turns   AAA')
    const taken = [-5000, -1, 0, 1500, 3000, 8000].map((us) => ({
      stack: 'f',
      timeUs: slices.timeUs[0] + us,
    }))
    const account = attribute(slices, [], segmentFrom(taken, slices.endUs), COLUMN_US, isOwn)
    assert.deepEqual(samplesOf(request('A')), ['f@0', 'f@1.5'])
    assert.equal(account.samples.get(request('A').recorder), 2)
  })

  test('of V8 itself are given to nobody', () => {
    const { account, request } = attributed(`
      turns   AAAAAA
      samples a?#~ b
    `)
    assert.deepEqual(samplesOf(request('A')), ['a@0.5', 'b@5.5'])
    assert.equal(account.samples.get(request('A').recorder), 2)
  })

  test('show no frame of the profiler: what it called stands below its caller', () => {
    const { request } = attributed(`
      turns   AAAAAA
      samples abcdef
      a = handler;own_wrap;next:3
      b = handler:4;own_hook
      b = handler;own_hook:9
      c = own_hook
      d = own_a;own_b;f:1
      e = own_a;own_b:2
      f = f;own_a;f:1
    `)
    assert.deepEqual(samplesOf(request('A')), ['handler;next:3@0.5', 'handler@1.5', 'f:1@3.5', 'f;f:1@5.5'])
  })

  test('that nobody can see any more are not kept', () => {
    const drawing = draw(`
      turns   AABB
      samples abcd
    `)
    drawing.request('A').gone = true
    const { slices, segment, request, requests } = drawing
    attribute(slices, [], segment, COLUMN_US, isOwn)
    assert.deepEqual(samplesOf(request('A')), [])
    assert.deepEqual(samplesOf(request('B')), ['c@2.5', 'd@3.5'])
    assert.equal(requests.stacks.size(), 2)
    assert.equal(times(request('A')).own, 2, 'its time counts nevertheless')
  })

  test('are the same whichever request is forgotten between two bits of the attribution', () => {
    const column = fc.constantFrom('A', 'B', 'C')
    const sampled = fc.constantFrom('a', 'b', 'c', 'd')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(column, sampled), { minLength: 2, maxLength: 20 }),
        fc.nat(),
        (columns, at) => {
          const picture = `
          turns   ${columns.map(([turn]) => turn).join('')}
          samples ${columns.map(([, sample]) => sample).join('')}
          a = main;one
          b = main;two:3
          c = main;two:4
          d = main
        `
          const whole = attributed(picture)
          const { slices, segment, request, requests } = draw(picture)
          const { stacks } = requests
          const forget = (record: RequestRecord) => {
            for (let i = 0; i < (record.samples?.length ?? 0); i++)
              stacks.release(stackOf(record.samples!, i))
            record.samples = undefined
            record.gone = true
          }
          const attribution = createAttribution(slices, [], segment, COLUMN_US, isOwn)
          for (let bit = 0; attribution.advance(1); bit++)
            if (bit === at % slices.length) forget(request('A'))
          const kept = ['B', 'C'].map(request)
          for (const record of kept)
            assert.deepEqual(
              samplesOf(record),
              samplesOf(whole.request(record.stats.route.slice(-1).toUpperCase())),
            )
          forget(request('A'))
          const paths = new Set(
            kept.flatMap((record) => samplesOf(record).map((text) => text.replace(/@.*/, ''))),
          )
          const nodes = new Set(
            [...paths].flatMap((path) => path.split(';').map((_, i, all) => all.slice(0, i + 1).join(';'))),
          )
          assert.equal(stacks.size(), nodes.size)
          for (const record of kept) forget(record)
          assert.equal(stacks.size(), 0)
        },
      ),
    )
  })

  test('beyond what a request may have are dropped and counted', () => {
    const { slices, request, requests } = draw('turns   AAA')
    const record = request('A')
    const { stacks } = requests
    const node = stacks.node(0, stacks.site({ name: 'f', url: 'f.js', line: 1, column: 1 }, 0))
    record.samples = createSampleList()
    for (let i = 0; i < MAX_SAMPLES_PER_REQUEST - 1; i++) {
      stacks.hold(node)
      addSample(record.samples, node, i, 0)
    }
    const taken = [0, 1, 2].map((i) => ({ stack: 'new', timeUs: slices.timeUs[0] + i * COLUMN_US }))
    const account = attribute(slices, [], segmentFrom(taken, slices.endUs), COLUMN_US, isOwn)
    assert.equal(record.samples.length, MAX_SAMPLES_PER_REQUEST)
    assert.equal(account.dropped.get(record.recorder), 2)
    assert.equal(account.samples.get(record.recorder), 1)
    for (let i = 0; i < record.samples.length; i++) stacks.release(stackOf(record.samples, i))
    assert.equal(stacks.size(), 0)
  })
})

describe('weights', () => {
  const weights = (picture: string) => samplesOf(attributed(picture).request('A'), true)

  test('of samples in a long turn are the time since the one before; what is left at the end goes to the first', () => {
    const picture = `
      turns   AAAAAAAA
      samples a  b ccc
    `
    assert.deepEqual(weights(picture), ['a@0.5=1.0', 'b@3.5=3.0', 'c@5.5=2.0', 'c@6.5=1.0', 'c@7.5=1.0'])
    assert.deepEqual(times(attributed(picture).request('A')), { own: 8, after: 0, weighed: 8, unweighed: 0 })
  })

  test('have no weight in short turns', () => {
    const picture = `
      turns   A-A-AA-
      samples a   b
    `
    assert.deepEqual(weights(picture), ['a@0.5=0.0', 'b@4.5=2.0'])
    assert.deepEqual(times(attributed(picture).request('A')), { own: 4, after: 0, weighed: 2, unweighed: 2 })
  })

  test('a long turn without samples is neither weighed nor open', () => {
    const { request } = attributed(`
      turns   AAAA-A-AAA-AA
      samples      a  ?  #
    `)
    assert.deepEqual(times(request('A')), { own: 10, after: 0, weighed: 0, unweighed: 1 })
  })

  test('of what V8 cannot name go to the function that is found next, or else to the first', () => {
    assert.deepEqual(
      weights(`
      turns   AAAAAAA
      samples a??b ??
    `),
      ['a@0.5=4.0', 'b@3.5=3.0'],
    )
  })

  test('add up to the own time of their turn, however much of it was collection', () => {
    const { request } = attributed(`
      turns   AAAAAAAA-AAAA
      gc       #####
      samples a#### b  aaaa
    `)
    const record = request('A')
    assert.deepEqual(samplesOf(record, true).slice(0, 2), ['a@0.5=1.5', 'b@6.5=1.5'])
    assert.equal(times(record).weighed, 7)
  })

  test('a collection at the end of a turn counts for no function', () => {
    const { request } = attributed(`
      turns   AAAAAAAAAA-AAAAA
      gc         #######
      samples aac####### bbbbb
    `)
    assert.deepEqual(samplesOf(request('A'), true), [
      'a@0.5=1.0',
      'a@1.5=1.0',
      'c@2.5=1.0',
      ...[11, 12, 13, 14, 15].map((i) => `b@${i}.5=1.0`),
    ])
  })
})

/** What was drawn at random: turns of requests of two applications, collections, samples. */
interface Schedule {
  readonly turns: readonly { readonly holder: number; readonly us: number }[]
  readonly collections: readonly { readonly waitUs: number; readonly us: number }[]
  readonly samples: readonly { readonly waitUs: number; readonly stack: string }[]
  /** Turn in which each request's response ends, and how far into it. */
  readonly ends: readonly { readonly turn: number; readonly share: number }[]
}

const HOLDERS = 7
const schedule: fc.Arbitrary<Schedule> = fc.record({
  turns: fc.array(
    fc.record({
      holder: fc.nat(HOLDERS - 1),
      us: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 }), fc.integer({ min: 900, max: 20_000 })),
    }),
    { minLength: 1, maxLength: 60 },
  ),
  collections: fc.array(
    fc.record({
      waitUs: fc.double({ min: 0, max: 9000, noNaN: true }),
      us: fc.double({ min: 0.1, max: 5000, noNaN: true }),
    }),
    { maxLength: 25 },
  ),
  samples: fc.array(
    fc.record({
      waitUs: fc.integer({ min: 0, max: 3000 }),
      stack: fc.oneof(
        fc.stringMatching(/^(a|b|c|own_x|own_y)(;(a|b|c|own_x)){0,4}(:[123])?$/),
        fc.constantFrom('?', '#', '~', ''),
      ),
    }),
    { maxLength: 120 },
  ),
  ends: fc.array(fc.record({ turn: fc.nat(80), share: fc.double({ min: 0, max: 1, noNaN: true }) }), {
    minLength: 5,
    maxLength: 5,
  }),
})

function build({ turns, collections, samples, ends }: Schedule) {
  const startUs = 1_000_000
  const apps = [createRequests(), createRequests()]
  const records = ends.map((_, i) => apps[i % 2].record({ startUs: startUs - 500 }))
  const holders: Holder<RequestRecord>[] = [...records, NOBODY, IDLE]
  const timeUs: number[] = []
  let at = startUs
  for (const { us } of turns) {
    timeUs.push(at)
    at += us
  }
  const endUs = at
  for (const [i, { turn, share }] of ends.entries()) {
    if (turn >= turns.length) continue
    records[i].endUs = timeUs[turn] + share * turns[turn].us
  }
  const slices = {
    length: turns.length,
    timeUs: Float64Array.from(timeUs),
    holder: turns.map(({ holder }) => holders[holder]),
    endUs,
  }
  // Both begin before the log does.
  let gcUs = startUs - 6000
  const collected: Collection[] = collections.map(({ waitUs, us }) => {
    const from = gcUs + waitUs
    gcUs = from + us
    return { startUs: from, endUs: gcUs }
  })
  let sampleUs = startUs - 4000
  const taken = samples.map(({ waitUs, stack }) => {
    sampleUs += waitUs
    return { stack, timeUs: sampleUs }
  })
  return { apps, records, slices, collected, taken, segment: segmentFrom(taken, endUs) }
}

type Built = ReturnType<typeof build>

/** Cuts the log in two, as two rotations would. */
function cut(slices: Slices<RequestRecord>, us: number): Slices<RequestRecord>[] {
  const first = [...slices.timeUs].filter((timeUs) => timeUs < us).length
  if (first === 0) return [slices]
  const timeUs = [...slices.timeUs]
  return [
    {
      length: first,
      timeUs: slices.timeUs.slice(0, first),
      holder: slices.holder.slice(0, first),
      endUs: us,
    },
    {
      length: slices.length - first + 1,
      timeUs: Float64Array.from([us, ...timeUs.slice(first)]),
      holder: [slices.holder[first - 1], ...slices.holder.slice(first)],
      endUs: slices.endUs,
    },
  ]
}

const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)
function near(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) < 1e-6 * (1 + Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  )
}

function checkTimes({ records, slices, collected }: Built, account: Account): void {
  const { ownUs, nobodyUs, gcUs, idleUs, recordedUs } = account
  near(recordedUs, slices.endUs - slices.timeUs[0], 'recorded')
  near(total(ownUs.values()) + nobodyUs + gcUs + idleUs, recordedUs, 'the parts')
  const overlap = ({ startUs, endUs }: Collection) =>
    Math.max(0, Math.min(endUs, slices.endUs) - Math.max(startUs, slices.timeUs[0]))
  near(gcUs, total(collected.map(overlap)), 'collections')
  for (const record of records) {
    for (const us of Object.values(times(record))) assert.ok(us >= 0, `${us}`)
    near(record.afterUs, afterOf(account, record), 'after')
    const cpuUs = record.ownUs + record.afterUs
    assert.ok(record.weighedUs + record.unweighedUs + record.unsampledUs <= cpuUs + 1e-6)
    if (record.endUs < 0) assert.equal(record.afterUs, 0)
  }
  for (const us of [...ownUs.values(), nobodyUs, gcUs, idleUs]) assert.ok(us >= 0, `${us}`)
  for (const [recorder, us] of ownUs) {
    const mine = records.filter((record) => record.recorder === recorder)
    near(us, total(mine.map((record) => record.ownUs + record.afterUs)), 'own time of an application')
  }
}

/** Who held the thread; undefined outside of the log. */
function holderAt({ slices }: Pick<Built, 'slices'>, us: number): Holder<RequestRecord> | undefined {
  if (us < slices.timeUs[0] || us >= slices.endUs) return undefined
  return slices.holder[[...slices.timeUs].findLastIndex((start) => start <= us)]
}

/** The samples of each record, one by one: those that fell in its turn, with what is left of their stacks. */
function expectedSamples({ records, slices, taken }: Built): string[][] {
  const expected = records.map((): string[] => [])
  for (const { stack, timeUs } of taken) {
    const holder = holderAt({ slices }, timeUs)
    if (holder === undefined || holder === NOBODY || holder === IDLE) continue
    const [path, line] = stack.split(':')
    const names = path.split(';')
    const left = names.filter((name) => !/^(own_.|[?#~]|)$/.test(name))
    if (left.length === 0 || /^[?#~]?$/.test(stack)) continue
    const suffix = line !== undefined && !names.at(-1)!.startsWith('own') ? `:${line}` : ''
    expected[records.indexOf(holder)].push(`${left.join(';')}${suffix}@${timeUs - holder.startUs}`)
  }
  return expected
}

function keptSamples({ samples, recorder }: RequestRecord): string[] {
  return Array.from(
    { length: samples?.length ?? 0 },
    (_, i) => `${pathOf(recorder.stacks, stackOf(samples!, i))}@${samples!.columns.timeUs[i]}`,
  )
}

function releaseAll({ records, apps }: Built): void {
  for (const { samples, recorder } of records) {
    for (let i = 0; i < (samples?.length ?? 0); i++) recorder.stacks.release(stackOf(samples!, i))
  }
  for (const { stacks } of apps) assert.equal(stacks.size(), 0)
}

describe('whatever happens', () => {
  test('time is conserved, and each sample lands where its time is and nowhere else', () => {
    fc.assert(
      fc.property(schedule, (given) => {
        const built = build(given)
        const { slices, collected, segment, records } = built
        const background = createBackground(2 ** 30)
        const part = background.part(slices.timeUs[0], slices.endUs)
        const account = attribute(slices, collected, segment, COLUMN_US, isOwn, undefined, [part])
        checkTimes(built, account)
        near(part.ownUs, account.nobodyUs, 'work of no request')
        assert.ok(part.weighedUs + part.unweighedUs + part.unsampledUs <= part.ownUs + 1e-6)
        assert.deepEqual(records.map(keptSamples), expectedSamples(built))
        const atWork = built.taken.filter(({ timeUs }) => holderAt(built, timeUs) === NOBODY)
        const seen = atWork.filter(({ stack }) => !/^[#~]?$/.test(stack))
        assert.equal(part.samples?.length ?? 0, seen.length)
        for (const { recorder } of records) {
          const mine = records.filter((record) => record.recorder === recorder)
          assert.equal(
            account.samples.get(recorder) ?? 0,
            total(mine.map(({ samples }) => samples?.length ?? 0)),
          )
        }
        releaseAll(built)
      }),
      { numRuns: 500 },
    )
  })

  test('cut in two by a rotation, it comes to the same', () => {
    fc.assert(
      fc.property(schedule, fc.double({ min: 0, max: 1, noNaN: true }), (given, where) => {
        const whole = build(given)
        attribute(whole.slices, whole.collected, whole.segment, COLUMN_US, isOwn)
        const pieces = build(given)
        const { slices, collected, segment } = pieces
        const middle = slices.timeUs[0] + where * (slices.endUs - slices.timeUs[0])
        for (const part of cut(slices, middle)) attribute(part, collected, segment, COLUMN_US, isOwn)
        for (const [i, record] of whole.records.entries()) {
          near(pieces.records[i].ownUs, record.ownUs, 'own')
          near(pieces.records[i].afterUs, record.afterUs, 'after')
          assert.deepEqual(keptSamples(pieces.records[i]), keptSamples(record))
        }
      }),
    )
  })

  test('the weights of long turns add up to their own time', () => {
    fc.assert(
      fc.property(schedule, (given) => {
        // The time of samples of which nothing is left is shared when profiles are merged.
        const samples = given.samples.filter(({ stack }) => /^[abc?#~]/.test(stack))
        const built = build({ ...given, samples })
        attribute(built.slices, built.collected, built.segment, COLUMN_US, isOwn)
        for (const { samples, weighedUs } of built.records) {
          if (samples === undefined) continue
          const weights = Array.from({ length: samples.length }, (_, i) => weightOf(samples, i))
          const missing = weighedUs - total(weights)
          // Short weights are kept as 20 µs.
          assert.ok(
            Math.abs(missing) <= 0.031 * weighedUs + 20 * weights.length,
            `${missing} of ${weighedUs}`,
          )
        }
      }),
    )
  })
})

describe('the samples of a request', () => {
  test('keep stack and time exactly, and the weight within 3 %', () => {
    const sample = fc.record({
      stack: fc.oneof(fc.constantFrom(1, 2 ** 24 - 1), fc.integer({ min: 1, max: 2 ** 24 - 1 })),
      timeUs: fc.oneof(fc.constantFrom(0, 2 ** 32 - 1), fc.nat(2 ** 31 - 1)),
      weightUs: fc.oneof(fc.constant(0), fc.double({ min: 20, max: 50e6, noNaN: true })),
    })
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 100 }), fc.array(fc.nat(100)), (samples, trims) => {
        const list = createSampleList()
        for (const [i, { stack, timeUs, weightUs }] of samples.entries()) {
          if (trims.includes(i)) trim(list)
          addSample(list, stack, timeUs, weightUs)
        }
        trim(list)
        assert.equal(list.length, samples.length)
        assert.equal(list.columns.stack.length, samples.length)
        for (const [i, { stack, timeUs, weightUs }] of samples.entries()) {
          assert.equal(stackOf(list, i), stack)
          assert.equal(list.columns.timeUs[i], timeUs)
          const error = Math.abs(weightOf(list, i) - weightUs)
          assert.ok(error <= 0.03 * weightUs, `${weightOf(list, i)}, not ${weightUs}`)
        }
      }),
    )
  })

  test('weights out of range are as near as can be, and never open by chance', () => {
    const list = createSampleList()
    for (const weightUs of [0.001, 1, 19, 1e9]) addSample(list, 5, 0, weightUs)
    assert.deepEqual(
      [0, 1, 2].map((i) => weightOf(list, i)),
      [20, 20, 20],
    )
    assert.ok(weightOf(list, 3) > 50e6)
    assert.equal(stackOf(list, 3), 5)
  })

  test('of a request of many hours stay in order', () => {
    const list = createSampleList()
    addSample(list, 1, 2 ** 32 - 2, 0)
    addSample(list, 1, 2 ** 32 + 5, 0)
    addSample(list, 1, 2 ** 40, 0)
    assert.deepEqual([...list.columns.timeUs.slice(0, 3)], [2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32 - 1])
  })
})

test('the hottest stack goes down while a callee has at least half of the samples between two times', () => {
  const { segment, slices } = draw(`
    turns   AAAAAAAA
    samples aabbc?  
    a = f;g
    b = f;h
    c = f
  `)
  const [start] = slices.timeUs
  const hottest = (from: number, to: number) => {
    const all = hottestStack(segment, start + from * COLUMN_US, start + to * COLUMN_US, () => false)
    return all.map(({ name }) => name).join(';')
  }
  assert.equal(hottest(0, 8), 'f', 'two of five, twice')
  assert.equal(hottest(0, 4), 'f;g', 'half is enough, and the first of two is taken')
  assert.equal(hottest(2, 5), 'f;h')
  assert.equal(hottest(0.5, 2.5), 'f;g', 'from the first moment on, without the last')
  assert.equal(hottest(2.5, 3), 'f;h')
  assert.equal(hottest(2.5, 2.5), '')
  assert.equal(hottest(5, 8), '', 'states of V8 are no stack')
})
