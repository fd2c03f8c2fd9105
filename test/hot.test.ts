import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { hotFunctions, hotSorts } from '../plugin/model/hot.ts'
import type { Profile } from '../plugin/model/profile.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import { drawnStacks, profileOf, stacksOf } from './pictures.ts'

/** `name self/total samples`, milliseconds, in the order given. */
function rows(profile: Profile, sort?: 'self' | 'total' | 'samples'): string[] {
  return hotFunctions(profile, sort).map(
    ({ frame, selfUs, totalUs, samples }) =>
      `${profile.frames[frame].name} ${selfUs / 1000}/${totalUs / 1000} ${samples}`,
  )
}

describe('hotFunctions', () => {
  it('counts a recursive function once', () => {
    assert.deepEqual(rows(profileOf('fib;fib;fib 5')), ['fib 5/5 5'])
  })

  it('counts mutual recursion once per function', () => {
    assert.deepEqual(rows(profileOf('even;odd;even;odd 4\neven 1')), ['odd 4/4 4', 'even 1/5 1'])
  })

  it('joins the places where a function stands', () => {
    const profile = profileOf('a;x 2\nb;x 3\nb 1')
    assert.deepEqual(rows(profile), ['x 5/5 5', 'b 1/4 1', 'a 0/2 0'])
  })

  it('keeps functions of one name in two files apart', () => {
    assert.deepEqual(rows(profileOf('run@a.ts:1 1\nrun@b.ts:1 2')), ['run 2/2 2', 'run 1/1 1'])
  })

  it('sorts by each measure, most expensive first, and always alike', () => {
    const profile = profileOf('a;b 1 9ms\nc 3 5ms\nd 3 5ms')
    assert.deepEqual(rows(profile, 'self'), ['b 9/9 1', 'c 5/5 3', 'd 5/5 3', 'a 0/9 0'])
    assert.deepEqual(rows(profile, 'total'), ['b 9/9 1', 'a 0/9 0', 'c 5/5 3', 'd 5/5 3'])
    assert.deepEqual(rows(profile, 'samples'), ['c 5/5 3', 'd 5/5 3', 'b 9/9 1', 'a 0/9 0'])
  })

  it('leaves the root out, its frame 0 too, and is empty for an empty profile', () => {
    assert.deepEqual(hotFunctions(emptyProfile('GET /')), [])
  })

  it('leaves phases out, which are no functions, but not what ran in them', () => {
    const profile = profileOf('handler;a 2\nhandler 1')
    const frames = profile.frames.map((frame) =>
      frame.name === 'handler' ? ({ ...frame, kind: 'phase' } as const) : frame,
    )
    assert.deepEqual(rows({ ...profile, frames }), ['a 2/2 2'])
  })

  it('takes one sample, and frame 0 for a function', () => {
    const one: Profile = {
      ...profileOf('a 1'),
      frames: [{ name: 'a', file: 'a.ts', line: 1, column: 1, kind: 'app' }],
      tree: { parent: [-1, 0], frame: [1, 0], selfUs: [0, 1000], samples: [0, 1] },
    }
    assert.deepEqual(hotFunctions(one), [{ frame: 0, selfUs: 1000, totalUs: 1000, samples: 1 }])
  })

  it('is what the stacks say, whatever they are', () => {
    fc.assert(
      fc.property(drawnStacks(), fc.constantFrom(...hotSorts), (picture, sort) => {
        const profile = profileOf(picture)
        const stacks = stacksOf(picture)
        const hot = hotFunctions(profile, sort)
        const key = ({ self: 'selfUs', total: 'totalUs', samples: 'samples' } as const)[sort]
        for (const [i, entry] of hot.entries()) {
          const { name } = profile.frames[entry.frame]
          const within = stacks.filter(({ stack }) => stack.includes(name))
          const ended = stacks.filter(({ stack }) => stack.at(-1) === name)
          assert.equal(entry.totalUs, 1000 * within.reduce((sum, { samples }) => sum + samples, 0))
          assert.equal(
            entry.samples,
            ended.reduce((sum, { samples }) => sum + samples, 0),
          )
          assert.equal(entry.selfUs, 1000 * entry.samples)
          assert.ok(i === 0 || hot[i - 1][key] >= entry[key])
        }
        assert.equal(hot.length, new Set(stacks.flatMap(({ stack }) => stack)).size)
        assert.equal(
          hot.reduce((sum, { selfUs }) => sum + selfUs, 0),
          profile.ownUs,
        )
      }),
    )
  })
})
