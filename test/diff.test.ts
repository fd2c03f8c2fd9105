import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Comparable, diffSteps, type ProfileDiff } from '../plugin/model/diff.ts'
import type { Frame } from '../plugin/model/profile.ts'
import { pairSteps } from '../plugin/model/same-function.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { isRecursive, totals } from '../plugin/model/tree.ts'
import { drawnStacks, profileOf } from './pictures.ts'

const latency = { p50Ms: 1, p95Ms: 2, p99Ms: 3, maxMs: 4, meanMs: 1 }

/** A side whose requests differ by so much of what they take. */
function side(picture: string, requests = 10, variation = 0.1): Comparable {
  const profile = { ...profileOf(picture), requests }
  const { tree, frames } = profile
  const square = (us: number) => ((us / requests / 1000) * variation) ** 2
  const self = new Array(frames.length).fill(0)
  const total = new Array(frames.length).fill(0)
  const all = totals(tree)
  const recursive = isRecursive(tree)
  tree.frame.forEach((frame, node) => {
    self[frame] += tree.selfUs[node]
    if (!recursive[node]) total[frame] += all[node]
  })
  const spread = { own: square(profile.ownUs), self: self.map(square), total: total.map(square) }
  return { profile, latency, spread }
}

const diff = (base: Comparable, head: Comparable): ProfileDiff => atOnce(diffSteps(base, head))
const sides = () =>
  fc
    .tuple(drawnStacks(), fc.integer({ min: 1, max: 500 }))
    .map(([picture, requests]) => side(picture, requests))
const close = (a: number, b: number) =>
  assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)), `${a} is not ${b}`)
const byName = ({ frames, functions }: ProfileDiff) =>
  new Map(functions.map((one) => [`${frames[one.frame].name}@${frames[one.frame].file}`, one]))

describe('a diff', () => {
  test('says per request what each function took before and after', () => {
    const { own, functions, frames, tree } = diff(side('a;b 40\na 10', 10), side('a;b 100\na 50\nc 50', 50))
    close(own.baseMs, 5)
    close(own.headMs, 4)
    close(own.differenceMs, -1)
    const table = functions.map(({ frame, self, total }) =>
      [
        frames[frame].name,
        ...[self.baseMs, self.headMs, total.baseMs, total.headMs].map((ms) => ms.toFixed(1)),
      ].join(' '),
    )
    assert.deepEqual(table, ['b 4.0 2.0 4.0 2.0', 'c 0.0 1.0 0.0 1.0', 'a 1.0 1.0 5.0 3.0'])
    assert.equal(tree.parent.length, 4)
  })

  test('of a profile with itself is zero', () => {
    fc.assert(
      fc.property(sides(), (one) => {
        const { own, functions, tree } = diff(one, one)
        for (const { differenceMs, verdict } of [
          own,
          ...functions.flatMap(({ self, total }) => [self, total]),
        ]) {
          assert.equal(differenceMs, 0)
          assert.ok(verdict === 'unclear' || verdict === 'few')
        }
        assert.deepEqual(tree.baseMs, tree.headMs)
      }),
      { numRuns: 200, seed: 1 },
    )
  })

  test('is the negative of the one the other way round', () => {
    fc.assert(
      fc.property(sides(), sides(), (a, b) => {
        const there = diff(a, b)
        const back = byName(diff(b, a))
        assert.equal(there.functions.length, back.size)
        for (const [name, { self, total }] of byName(there)) {
          const other = back.get(name)!
          for (const [one, two] of [
            [self, other.self],
            [total, other.total],
          ]) {
            close(one.differenceMs, -two.differenceMs)
            close(one.errorMs ?? 0, two.errorMs ?? 0)
            const turned = { faster: 'slower', slower: 'faster', unclear: 'unclear', few: 'few' } as const
            assert.equal(one.verdict, turned[two.verdict])
          }
        }
      }),
      { numRuns: 200, seed: 2 },
    )
  })

  test('adds up: functions and nodes to the difference of all', () => {
    fc.assert(
      fc.property(sides(), sides(), (a, b) => {
        const { own, functions, tree } = diff(a, b)
        const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0)
        close(sum(functions.map(({ self }) => self.differenceMs)), own.differenceMs)
        close(sum(tree.headMs) - sum(tree.baseMs), own.differenceMs)
        close(sum(tree.headMs), own.headMs)
        assert.ok(tree.parent.every((parent, node) => parent < node))
        const keys = tree.parent.map((parent, node) => `${parent} ${tree.frame[node]}`)
        assert.equal(new Set(keys).size, keys.length)
      }),
      { numRuns: 200, seed: 3 },
    )
  })

  test('says that there are too few requests, or samples, to tell', () => {
    assert.equal(diff(side('a 100', 4), side('a 200', 100)).own.verdict, 'few')
    assert.equal(diff(side('a 100', 100), side('a 200', 4)).own.errorMs, null)
    const { functions } = diff(side('a 3', 10), side('a 6', 10))
    assert.equal(functions[0].self.verdict, 'few')
  })

  test('tells a change from noise', () => {
    const verdict = (base: string, head: string, variation: number) =>
      diff(side(base, 40, variation), side(head, 40, variation)).own.verdict
    assert.equal(verdict('a 400', 'a 800', 0.2), 'slower')
    assert.equal(verdict('a 800', 'a 400', 0.2), 'faster')
    assert.equal(verdict('a 400', 'a 420', 0.5), 'unclear')
  })

  test('counts recursive calls once in the total, which rests on all samples below the function too', () => {
    const { functions, frames } = diff(side('a;b;a;b 10\na;c 30'), side('a;b;a;b 20\na;c 60'))
    const of = (name: string) => functions.find(({ frame }) => frames[frame].name === name)!
    close(of('a').total.baseMs, 4)
    close(of('a').total.headMs, 8)
    close(of('b').total.headMs, 2)
    // No sample ended in `a` itself, and those below it are plenty.
    assert.equal(of('a').self.verdict, 'few')
    assert.equal(of('a').total.verdict, 'slower')
  })

  test('tells the CPU of a request from noise without any sample, because the clock measures it', () => {
    const unsampled = (picture: string) => side(picture, 40, 0.2)
    const { own, functions } = diff(unsampled('a 0 400ms'), unsampled('a 0 800ms'))
    assert.equal(own.verdict, 'slower')
    assert.equal(functions[0].self.verdict, 'few')
  })

  test('tells a difference between requests that all took the same time', () => {
    const { own } = diff(side('a 400', 40, 0), side('a 404', 40, 0))
    assert.equal(own.verdict, 'slower')
    assert.equal(own.errorMs, 0)
    assert.equal(diff(side('a 400', 40, 0), side('a 400', 40, 0)).own.verdict, 'unclear')
  })

  test('counts the time of the root itself, as that of a function', () => {
    const [base, head] = [side('a 10'), side('a 10')]
    const withRoot = (one: Comparable, us: number): Comparable => {
      const { profile } = one
      const tree = {
        ...profile.tree,
        selfUs: profile.tree.selfUs.map((own, node) => (node === 0 ? us : own)),
      }
      return { ...one, profile: { ...profile, tree, ownUs: profile.ownUs + us } }
    }
    const { own, functions, tree, frames } = diff(withRoot(base, 20_000), withRoot(head, 50_000))
    close(own.differenceMs, 3)
    close(tree.baseMs[0], 2)
    close(tree.headMs[0], 5)
    assert.equal(frames[functions[0].frame].kind, 'root')
    close(functions[0].self.differenceMs, 3)
  })

  test('pairs functions by name with another run, and by position within the same one', () => {
    const baseline = { name: 'before', savedAt: '2026-11-22T10:00:00.000Z', node: 'v24.1.0', commit: '' }
    const [base, head] = [side('a@app.ts:1 40'), side('a@app.ts:9 40')]
    assert.equal(diff(base, head).functions.length, 2)
    assert.equal(diff({ ...base, baseline }, head).functions.length, 1)
    assert.equal(diff(base, { ...head, baseline }).functions.length, 1)
  })

  test('of nothing is nothing', () => {
    const nothing = side('a 0', 0)
    const { own, functions } = diff(nothing, nothing)
    assert.deepEqual(own, { baseMs: 0, headMs: 0, differenceMs: 0, errorMs: null, verdict: 'few' })
    assert.ok(functions.every(({ self }) => self.verdict === 'few'))
  })
})

describe('the same function', () => {
  const at = (name: string, line: number, column = 3, file = 'app.ts'): Frame => ({
    ...{ name, file, line, column, kind: 'app' as const },
  })
  const pairs = (base: Frame[], head: Frame[]) => [...atOnce(pairSteps(base, head, false))]

  test('is one of the same name in the same file, in whatever line', () => {
    assert.deepEqual(pairs([at('a', 1), at('b', 9)], [at('b', 40, 7), at('a', 2)]), [1, 0])
    assert.deepEqual(pairs([at('a', 1)], [at('a', 1, 3, 'other.ts'), at('b', 1)]), [-1, -1])
  })

  test('without a name is known by its place, lines put in above it reckoned with', () => {
    const base = [at('named', 10), at('(anonymous)', 12), at('(anonymous)', 20)]
    const head = [at('named', 15), at('(anonymous)', 17), at('(anonymous)', 25), at('(anonymous)', 30)]
    assert.deepEqual(pairs(base, head), [0, 1, 2, -1])
  })

  test('without a name is no other that stands where it stood before lines were put in', () => {
    const base = [at('named', 1), at('', 12), at('', 22)]
    const head = [at('named', 6), at('', 12), at('', 22), at('', 32)]
    assert.deepEqual(pairs(base, head), [0, -1, -1, -1])
  })

  test('without a name or a neighbour is known by order and column, and else by nothing', () => {
    assert.deepEqual(pairs([at('', 5), at('', 8, 9)], [at('', 6), at('', 9, 9)]), [0, 1])
    assert.deepEqual(pairs([at('', 5, 3)], [at('', 6, 20)]), [-1])
    assert.deepEqual(pairs([at('', 5)], [at('', 60), at('', 70)]), [-1, -1])
  })

  test('is known by its place where both sides are of one run', () => {
    const sameRun = (base: Frame[], head: Frame[]) => [...atOnce(pairSteps(base, head, true))]
    assert.deepEqual(sameRun([at('', 5)], [at('', 7)]), [-1])
    assert.deepEqual(sameRun([at('render', 5), at('b', 9)], [at('b', 9), at('render', 50)]), [1, -1])
  })

  test('is it in another version of a package', () => {
    const base = at('f', 1, 1, 'node_modules/.pnpm/eta@1.0.0/node_modules/eta/index.js')
    const head = at('f', 9, 1, 'node_modules/.pnpm/eta@2.0.0/node_modules/eta/index.js')
    assert.deepEqual(pairs([base], [head]), [0])
  })

  test('is at most one: no frame is paired twice, and with itself each is', () => {
    const frame = fc.record({
      name: fc.constantFrom('', '(anonymous)', 'a', 'b'),
      file: fc.constantFrom('x.ts', 'y.ts'),
      line: fc.nat(6),
      column: fc.nat(3),
      kind: fc.constant('app' as const),
    })
    const unique = fc.uniqueArray(frame, { selector: (one) => JSON.stringify(one), maxLength: 20 })
    fc.assert(
      fc.property(unique, unique, (base, head) => {
        const paired = pairs(base, head).filter((one) => one >= 0)
        assert.equal(new Set(paired).size, paired.length)
        for (const [here, there] of pairs(base, head).entries()) {
          if (there < 0) continue
          assert.equal(base[there].name, head[here].name)
          assert.equal(base[there].file, head[here].file)
        }
        assert.deepEqual(pairs(base, base), [...base.keys()])
      }),
      { numRuns: 500, seed: 4 },
    )
  })
})
