import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  buffersOf,
  drawChart,
  firstSight,
  isChart,
  openPacked,
  openToLook,
} from '../dashboard/model/opened.ts'
import { picture } from '../dashboard/model/picture.ts'
import { sightOf } from '../dashboard/model/sight.ts'
import { packSteps } from '../plugin/formats/packed.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { bigProfile } from './fake-data.ts'
import { drawnStacks, profileOf } from './pictures.ts'

const WHOLE = { all: true, only: '', unfold: '', inverted: false }
const pack = (profile: Profile) => new Uint8Array(atOnce(packSteps(profile))).buffer

/** With lists for typed arrays: which of both a column is says nothing. */
const plain = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (_, field) => (ArrayBuffer.isView(field) ? [...(field as Float64Array)] : field)),
  )

describe('a profile that is opened to be looked at', () => {
  test('is seen as it would be if it was made step by step, in each view', () => {
    fc.assert(
      fc.property(drawnStacks(), fc.boolean(), fc.boolean(), (stacks, all, inverted) => {
        const view = { all, only: '', unfold: '', inverted }
        const { profile, first } = openToLook(pack(profileOf(stacks)), view)
        const sight = sightOf(openPacked(pack(profileOf(stacks))).profile, view)
        assert.deepEqual(plain(first?.sight), plain(sight))
        assert.deepEqual(plain(first?.picture), plain(picture(sight.profile, inverted)))
        assert.equal(first?.chart, undefined)
        assert.equal(firstSight({ profile, first }, view), first?.sight)
        assert.equal(firstSight({ profile, first }, { ...view, all: !all }), undefined)
        assert.equal(firstSight({ profile, first }, { ...view, only: 'node' }), undefined)
        assert.equal(firstSight({ profile, first }, { ...view, unfold: 'x' }), undefined)
      }),
    )
  })

  test('comes from another thread as it was there, and no column of it is copied', () => {
    const chart = {
      ...bigProfile(500, 20),
      wallUs: 6,
      spans: { node: [3, 0, 9], startUs: [0, 2, 4], endUs: [2, 4, 6], samples: [1, 0, 2] },
    }
    for (const [profile, view] of [
      [bigProfile(500, 20), WHOLE],
      [bigProfile(500, 20), { ...WHOLE, all: false, inverted: true }],
      [bigProfile(500, 20), { ...WHOLE, only: 'npm:pkg1' }],
      [chart, WHOLE],
      [chart, { ...WHOLE, all: false }],
    ] as const) {
      const opened = openToLook(pack(profile), view)
      const before = plain(opened)
      const transfer = buffersOf(opened)
      assert.equal(new Set(transfer).size, transfer.length)
      const there = structuredClone(opened, { transfer })
      assert.deepEqual(plain(there), before)
      for (const buffer of transfer) assert.equal(buffer.byteLength, 0, 'it is no longer here')
      assert.equal(opened.profile.tree.parent.length, 0)
      if (isChart(there.profile)) {
        assert.deepEqual(plain(there.first?.chart), plain(drawChart(there.profile, there.first!.sight)))
      } else assert.equal(there.first?.picture?.totalUs.length, there.first?.picture?.tree.parent.length)
    }
  })

  test('throws for bytes that are no profile', () => {
    const bytes = pack(profileOf('a;b 3'))
    assert.throws(() => openToLook(bytes.slice(0, bytes.byteLength / 2), WHOLE))
    assert.throws(() => openToLook(new ArrayBuffer(0), WHOLE))
    assert.throws(() => openToLook(new TextEncoder().encode('<!doctype html>').buffer, WHOLE))
  })
})
