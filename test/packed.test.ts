import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { unpack } from '../dashboard/model/unpack.ts'
import { packSteps } from '../plugin/formats/packed.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import { bigProfile } from './fake-data.ts'
import { drawnStacks, profileOf } from './pictures.ts'
import { plain } from './plain.ts'

const pack = (profile: Profile) => new Uint8Array(atOnce(packSteps(profile))).buffer

describe('a packed profile', () => {
  it('is the same when it is unpacked', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const profile = profileOf(picture)
        assert.deepEqual(plain(unpack(pack(profile))), profile)
      }),
    )
  })

  it('changes nothing', () => {
    const profile = profileOf('a;b 1\nc 2')
    const before = structuredClone(profile)
    pack(profile)
    assert.deepEqual(profile, before)
  })

  it('can hold nothing, any text, and all that goes with a profile', () => {
    const chart = {
      ...emptyProfile('GET /ü\u2028😀"\\'),
      across: {
        requests: [2, 3],
        frame: [0, 1],
        totalUs: [
          [1, 2.25],
          [0, 3],
        ],
      },
      wallUs: 10,
      afterUs: 1.25,
      spans: { node: [3, 1, 0], startUs: [0, 4, 9], endUs: [4, 6, 10], samples: [1, 0, 2] },
    }
    assert.deepEqual(plain(unpack(pack(chart))), chart)
    const none = { ...chart, across: { requests: [1, 1], frame: [], totalUs: [] } }
    assert.deepEqual(plain(unpack(pack(none))), none)
  })

  it('keeps whole numbers of any size, and times to a hundredth of a microsecond', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.maxSafeNat(), fc.double({ min: 0, max: 1e11, noNaN: true }))),
        (rows) => {
          const column = (which: 0 | 1) => rows.map((row) => row[which])
          const lines = { node: [...rows.keys()], line: column(0), samples: column(0), selfUs: column(1) }
          const read = unpack(pack({ ...emptyProfile(''), lines })).lines
          assert.deepEqual(Array.from(read.line), lines.line)
          for (const [i, us] of lines.selfUs.entries()) assert.ok(Math.abs(read.selfUs[i] - us) <= 0.0051)
        },
      ),
    )
  })

  it('adds up to its own CPU, though times are rounded', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1 }), (times) => {
        const zeros = times.map(() => 0)
        const tree = { parent: times.map((_, i) => i - 1), frame: zeros, selfUs: times, samples: zeros }
        const profile = { ...emptyProfile(''), tree, ownUs: times.reduce((sum, us) => sum + us, 0) }
        const read = unpack(pack(profile))
        assert.equal(
          Array.from(read.tree.selfUs).reduce((sum, us) => sum + us, 0),
          read.ownUs,
        )
        assert.ok(Math.abs(read.ownUs - profile.ownUs) <= 0.0051 * times.length + profile.ownUs * 1e-9)
      }),
    )
  })

  it('has columns longer than a step, and is small', () => {
    const profile = bigProfile(20_000, 200)
    assert.deepEqual(plain(unpack(pack(profile)).tree), profile.tree)
    assert.ok(pack(profile).byteLength < JSON.stringify(profile).length / 2)
  })

  it('is not taken for one when it is cut off or is something else', () => {
    const whole = pack(profileOf('a;b 3\nc 2'))
    assert.throws(() => unpack(new ArrayBuffer(0)))
    assert.throws(() => unpack(new TextEncoder().encode('{"version":1}').buffer))
    for (let end = 4; end < whole.byteLength; end += 7) assert.throws(() => unpack(whole.slice(0, end)))
  })
})
