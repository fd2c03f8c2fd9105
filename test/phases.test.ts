import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atOnce } from '../plugin/model/steps.ts'
import { totals } from '../plugin/model/tree.ts'
import { type PhaseName, phaseNames } from '../plugin/model/wire/phases.ts'
import type { SliceKind } from '../plugin/model/wire/requests.ts'
import {
  addMark,
  type PhaseRules,
  phaseCode,
  phaseLabel,
  phasesOf,
  unmarkedRules,
} from '../plugin/requests/phases.ts'
import type { RequestRecord } from '../plugin/requests/record.ts'
import { addSample, createSampleList } from '../plugin/requests/sample-list.ts'
import { addSlice, createSplit } from '../plugin/requests/split.ts'
import { mergeSteps } from '../plugin/store/merge.ts'
import { sumPhases } from '../plugin/store/route-phases.ts'
import { createRequests } from './records.ts'

type Mark = readonly [PhaseName, number]

const requests = createRequests()
const marked: PhaseRules = { untold: new Set(), empty: new Set() }
const whole: readonly Mark[] = [
  ['preParsing', 100],
  ['parsing', 200],
  ['preValidation', 300],
  ['validation', 400],
  ['preHandler', 500],
  ['handler', 600],
  ['preSerialization', 700],
  ['serialization', 800],
  ['onSend', 900],
  ['sending', 1000],
]

/** A request of `wallUs` with marks at microseconds since its start, and slices up to some. */
function request(
  marks: readonly Mark[],
  { wallUs = 1200, method = 'POST', slices = [] as readonly (readonly [SliceKind, number])[] } = {},
): RequestRecord {
  const split = createSplit()
  for (const [kind, endUs] of slices) addSlice(split, endUs, kind)
  const ownUs = slices.reduce(
    (sum, [kind, endUs], i) => (kind === 'own' ? sum + endUs - (slices[i - 1]?.[1] ?? 0) : sum),
    0,
  )
  const record = requests.record({ startUs: 5e6, method, ownUs })
  for (const [name, us] of marks) addMark(record, phaseCode(name), record.startUs + us)
  record.split = split
  record.endUs = record.startUs + wallUs
  return record
}

/** `handler 600-1200`, one after the other. */
function picture(record: RequestRecord, rules: PhaseRules): string {
  return phasesOf(record, rules)
    .map((phase) => `${phaseLabel(phase)} ${phase.startUs}-${phase.endUs}`)
    .join(', ')
}

function without(...names: PhaseName[]): Mark[] {
  return whole.filter(([name]) => !names.includes(name))
}

describe('what marks say', () => {
  test('each phase lasts from its mark to the next, the first from the start and the last to the end', () => {
    assert.equal(
      picture(request(whole), marked),
      'onRequest 0-100, preParsing 100-200, parsing 200-300, preValidation 300-400, validation 400-500, ' +
        'preHandler 500-600, handler 600-700, preSerialization 700-800, serialization 800-900, onSend 900-1000, ' +
        'sending 1000-1200',
    )
  })

  test('a request without any mark is all onRequest: it got no further', () => {
    assert.equal(picture(request([]), marked), 'onRequest 0-1200')
    assert.equal(picture(request([]), unmarkedRules), 'onRequest 0-1200')
  })

  test('what happens again stands again, in order of time', () => {
    const marks = [...whole, ['onError', 1050], ['onSend', 1100], ['sending', 1150]] as const
    assert.match(
      picture(request(marks), marked),
      /sending 1000-1050, onError 1050-1100, onSend 1100-1150, sending 1150-1200$/,
    )
  })

  test('empty hook phases do not happen: their time is on the way to what follows', () => {
    const empty = new Set<PhaseName>([
      'preParsing',
      'preValidation',
      'preHandler',
      'preSerialization',
      'onSend',
    ])
    assert.equal(
      picture(request(whole), { untold: new Set(), empty }),
      'onRequest 0-100, parsing 100-300, validation 300-500, handler 500-700, serialization 700-900, sending 900-1200',
    )
    assert.equal(
      picture(request(without('parsing', 'validation', 'preSerialization', 'serialization')), {
        untold: new Set(),
        empty,
      }),
      'onRequest 0-100, handler 100-900, sending 900-1200',
    )
  })

  test('the same mark twice in a row is one phase', () => {
    const marks = [
      ['handler', 600],
      ['handler', 700],
    ] as const
    assert.equal(picture(request(marks), marked), 'onRequest 0-600, handler 600-1200')
  })

  test('marks after the end, and more than a request can have, are not kept', () => {
    const record = request(whole)
    addMark(record, phaseCode('onError'), record.endUs + 10)
    assert.equal(record.markCount, whole.length)
    const open = requests.record()
    for (let i = 0; i < 10_000; i++) addMark(open, i % phaseNames.length, open.startUs + i)
    assert.ok(open.markCount < 100)
  })

  test('a mark a day after the start is as good as any', () => {
    const dayUs = 24 * 3600e6
    const record = request([['handler', dayUs]], { wallUs: dayUs + 5 })
    assert.equal(picture(record, marked), `onRequest 0-${dayUs}, handler ${dayUs}-${dayUs + 5}`)
  })
})

describe('phases that leave no mark', () => {
  const starts = whole.filter(([name]) => !unmarkedRules.untold.has(name))

  test('stand in the phase before, by name', () => {
    assert.equal(
      picture(request(starts), unmarkedRules),
      'onRequest 0-100, preParsing + parsing 100-300, preValidation + validation 300-500, ' +
        'preHandler + handler 500-700, preSerialization + serialization 700-900, onSend + sending 900-1200',
    )
  })

  test('nothing is parsed where the method has no body', () => {
    assert.match(picture(request(starts, { method: 'GET' }), unmarkedRules), /preParsing 100-300/)
  })

  test('no more than can have happened: a string is not serialised', () => {
    const marks = starts.filter(([name]) => name !== 'preSerialization')
    assert.match(
      picture(request(marks), unmarkedRules),
      /preHandler \+ handler 500-900, onSend \+ sending 900-1200$/,
    )
  })

  test('no further than the next mark: an answer in a preParsing hook may be one of the parser', () => {
    const marks = [
      ['preParsing', 100],
      ['onSend', 200],
    ] as const
    assert.equal(
      picture(request(marks), unmarkedRules),
      'onRequest 0-100, preParsing + parsing 100-200, onSend + sending 200-1200',
    )
    assert.equal(picture(request(marks), marked), 'onRequest 0-100, preParsing 100-200, onSend 200-1200')
  })

  test('a stream that fails is being sent already', () => {
    const marks = [...starts, ['onError', 1000]] as const
    assert.match(picture(request(marks), unmarkedRules), /onSend \+ sending 900-1000, onError 1000-1200$/)
  })

  test('a serialiser that fails is told from the hooks before it only where there is a mark', () => {
    const marks = [...starts.filter(([, us]) => us <= 700), ['onError', 800]] as const
    assert.match(picture(request(marks), unmarkedRules), /preSerialization \+ serialization 700-800, onError/)
    assert.match(picture(request(marks), marked), /preSerialization 700-800, onError/)
  })

  test('hooks that were there before the profiler: their phase stands in whatever phase came before', () => {
    const late: PhaseRules = { untold: new Set(['preHandler']), empty: new Set() }
    assert.match(picture(request(without('preHandler')), late), /validation \+ preHandler 400-600, handler/)
    assert.match(
      picture(request(without('preHandler', 'validation')), late),
      /preValidation \+ preHandler 300-600, handler/,
    )
    const untold = new Set<PhaseName>([...unmarkedRules.untold, 'preHandler'])
    assert.match(
      picture(request(starts.filter(([name]) => name !== 'preHandler')), { untold, empty: new Set() }),
      /preValidation \+ validation \+ preHandler \+ handler 300-700, preSer/,
    )
  })

  test('after callNotFound() nothing marks the not-found handler', () => {
    const marks = [
      ...whole.slice(0, 6),
      ['preHandler', 650],
      ['preSerialization', 700],
      ['onSend', 900],
      ['sending', 950],
    ]
    assert.match(
      picture(request(marks as Mark[]), marked),
      /handler 600-650, preHandler \+ handler 650-700, preSerialization \+ serialization 700-900, onSend 900-950, sending/,
    )
  })
})

describe('own time', () => {
  function owns(record: RequestRecord): number[] {
    return phasesOf(record, marked).map(({ ownUs }) => Math.round(ownUs))
  }
  const marks = [
    ['handler', 400],
    ['sending', 1000],
  ] as const

  test('is cut where a phase begins', () => {
    const slices = [
      ['own', 500],
      ['waiting', 900],
      ['own', 1100],
      ['blocked', 1150],
      ['own', 1200],
    ] as const
    assert.deepEqual(owns(request(marks, { slices })), [400, 200, 150])
  })

  test('is nothing where others ran', () => {
    assert.deepEqual(
      owns(
        request(marks, {
          slices: [
            ['own', 300],
            ['gc', 900],
            ['blocked', 1200],
          ],
        }),
      ),
      [300, 0, 0],
    )
  })

  test('counts to the last phase what lies past the last microsecond', () => {
    assert.deepEqual(owns(request(marks, { slices: [['own', 1201]] })), [400, 600, 201])
  })

  test('adds up, also for a request too short for a slice', () => {
    const record = request([], { wallUs: 0.4 })
    record.ownUs = 0.4
    const [{ ownUs, endUs }] = phasesOf(record, marked)
    assert.equal(ownUs, 0.4)
    assert.ok(Math.abs(endUs - 0.4) < 1e-6)
  })

  test('is kept by slices that were merged, in the phase where it was', () => {
    const slices: [SliceKind, number][] = [['own', 20_000]]
    // A handler of 3000 short turns between longer waits: merged, hardly a slice of it is called own.
    for (let turn = 1; turn <= 3000; turn++) {
      const startUs = 20_000 + (turn - 1) * 100
      slices.push(['own', startUs + 20], ['waiting', startUs + 100])
    }
    const record = request(
      [
        ['handler', 20_000],
        ['sending', 319_900],
      ],
      { wallUs: 320_000, slices },
    )
    const [onRequest, handler, sending] = phasesOf(record, marked).map(({ ownUs }) => ownUs)
    assert.ok(record.split!.endUs.length <= 400)
    assert.ok(Math.abs(onRequest - 20_000) < 500, `onRequest ${onRequest}`)
    assert.ok(Math.abs(handler - 60_000) < 500 && sending < 200, `handler ${handler}, sending ${sending}`)
    assert.ok(Math.abs(onRequest + handler + sending - record.ownUs) < 1e-6)
  })

  test('stays with a short phase, though slices are merged, and so are waits after it', () => {
    const record = request(
      [
        ['preParsing', 1_000],
        ['handler', 1_200],
        ['serialization', 2_000_000],
        ['sending', 2_005_000],
      ],
      { wallUs: 2_030_000 },
    )
    record.split = createSplit(record)
    const add = (kind: SliceKind, endUs: number) => addSlice(record.split!, endUs, kind)
    add('own', 1_300)
    add('waiting', 4_000)
    for (let endUs = 6_000; endUs < 2_000_000; endUs += 2_000) {
      add('own', endUs - 1_900)
      add('waiting', endUs)
    }
    add('own', 2_005_500)
    for (let endUs = 2_007_000; endUs <= 2_030_000; endUs += 1_000) {
      add('waiting', endUs - 10)
      add('own', endUs)
    }
    const { length } = record.split.endUs
    assert.ok(length < 400 && record.split.parts !== undefined, `${length}`)
    record.ownUs = record.split.parts.own.reduce((sum, us) => sum + us)
    const owns = phasesOf(record, marked).map(({ name, ownUs }) => `${name} ${Math.round(ownUs)}`)
    assert.deepEqual(owns, [
      'onRequest 1000',
      'preParsing 200',
      'handler 101800',
      'serialization 5000',
      'sending 740',
    ])
  })
})

test('over a route: sums, and means over the requests in which a phase happened', () => {
  const fine = request(
    [
      ['handler', 200],
      ['sending', 1000],
    ],
    { slices: [['own', 1200]] },
  )
  const failed = request(
    [
      ['handler', 400],
      ['onError', 600],
      ['sending', 700],
      ['onError', 800],
      ['sending', 900],
    ],
    {
      slices: [
        ['own', 700],
        ['waiting', 1200],
      ],
    },
  )
  const phases = sumPhases([fine, failed], marked)
  assert.deepEqual(
    phases.map(({ name, count, wallMs, ownMs, meanWallMs, meanOwnMs }) =>
      [name, count, wallMs, ownMs, meanWallMs, meanOwnMs].join(' '),
    ),
    [
      'onRequest 2 0.6 0.6 0.3 0.3',
      'handler 2 1 1 0.5 0.5',
      'onError 1 0.2 0.1 0.2 0.1',
      'sending 2 0.6 0.2 0.3 0.1',
    ],
  )
})

describe('phases in the flame graph', () => {
  const { stacks } = requests
  const frameOf = (name: string) => ({ name, url: '', line: 1, column: 1 })
  const naming = {
    frame: ({ name }: { name: string }) => ({ name, file: '', line: 1, column: 1, kind: 'app' as const }),
    line: () => 0,
  }
  const options = { title: 'GET /a', root: '', intervalUs: 1000 }

  /** A request of three phases with samples at some times, each in a function of its own. */
  function sampled(samples: readonly (readonly [string, number])[], afterUs = 0): RequestRecord {
    const record = request(
      [
        ['handler', 10_000],
        ['sending', 40_000],
      ],
      {
        wallUs: 50_000,
        slices: [
          ['own', 45_000],
          ['waiting', 50_000],
        ],
      },
    )
    record.samples = createSampleList()
    for (const [name, us] of samples) {
      const node = stacks.node(0, stacks.site(frameOf(name), 0))
      stacks.hold(node)
      addSample(record.samples, node, us, 1000)
    }
    record.afterUs = afterUs
    record.weighedUs = record.ownUs + afterUs
    return record
  }

  function merged(records: readonly RequestRecord[], phases = true) {
    const phasesIn = phases ? (record: RequestRecord) => phasesOf(record, marked) : undefined
    return atOnce(mergeSteps(records, stacks, naming, { ...options, phasesOf: phasesIn }))
  }

  test('each phase has its own time, and the functions that were seen in it', () => {
    const profile = merged([
      sampled([
        ['a', 5000],
        ['a', 15_000],
        ['b', 20_000],
        ['a', 44_000],
      ]),
    ])
    const total = totals(profile.tree)
    const rows = profile.tree.parent.map((parent, i) => {
      const name = (node: number) => profile.frames[profile.tree.frame[node]].name
      return parent < 0 ? '' : `${name(parent)};${name(i)} ${Math.round(total[i])} ${profile.tree.samples[i]}`
    })
    assert.deepEqual(rows.slice(1), [
      'GET /a;onRequest 10000 0',
      'onRequest;a 10000 1',
      'GET /a;handler 30000 0',
      'handler;a 15000 1',
      'handler;b 15000 1',
      'GET /a;sending 5000 0',
      'sending;a 5000 1',
    ])
    assert.equal(profile.frames[1].kind, 'phase')
  })

  test('a phase without a sample says so, and what comes after the response stands apart', () => {
    const profile = merged([
      sampled(
        [
          ['a', 5000],
          ['late', 60_000],
        ],
        7000,
      ),
    ])
    const names = profile.tree.parent.flatMap((parent, i) =>
      parent === 0 ? [profile.frames[profile.tree.frame[i]].name] : [],
    )
    assert.deepEqual(names, ['onRequest', 'handler', 'sending', 'after the response'])
    const unsampled = profile.tree.frame.filter((frame) => profile.frames[frame].name === '(not sampled)')
    assert.equal(unsampled.length, 2)
    assert.equal(Math.round(totals(profile.tree)[0]), 52_000)
  })

  test('what V8 did not sample is of the phases that samples say too little of, and the sums hold', () => {
    const record = sampled([
      ['a', 5000],
      ['b', 20_000],
      ['a', 44_000],
    ])
    record.unsampledUs = 24_000
    record.weighedUs = record.ownUs - record.unsampledUs
    const profile = merged([record])
    const { tree, frames } = profile
    const rows = tree.parent.flatMap((parent, i) =>
      parent <= 0
        ? []
        : [`${frames[tree.frame[parent]].name};${frames[tree.frame[i]].name} ${Math.round(tree.selfUs[i])}`],
    )
    assert.deepEqual(rows, [
      'onRequest;a 7231',
      'onRequest;(not sampled) 2769',
      'handler;b 8769',
      'handler;(not sampled) 21231',
      'sending;a 5000',
    ])
    assert.equal(Math.round(totals(tree)[0]), 45_000)
  })

  test('time and samples are the same as without phases', () => {
    const records = [
      sampled(
        [
          ['a', 5000],
          ['b', 15_000],
        ],
        300,
      ),
      sampled([]),
      sampled([['c', 49_000]]),
      request([], { slices: [['own', 1200]] }),
    ]
    for (const some of [records, records.slice(1, 2), records.slice(3)]) {
      const [with_, without_] = [merged(some), merged(some, false)]
      const sum = (column: readonly number[]) => Math.round(column.reduce((a, b) => a + b, 0))
      assert.equal(sum(with_.tree.selfUs), sum(without_.tree.selfUs))
      assert.equal(sum(with_.tree.samples), sum(without_.tree.samples))
      assert.equal(with_.ownUs, without_.ownUs)
    }
  })
})
