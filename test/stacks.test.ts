import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { RawFrame } from '../plugin/model/raw-tree.ts'
import { createStacks, type Stacks } from '../plugin/store/stacks.ts'
import { freeUnheld } from './garbage.ts'
import { pathOf } from './turns.ts'

const frameOf = (name: string, url = `${name}.js`): RawFrame => ({ name, url, line: 1, column: 1 })

/** A sample that ended in `a;b:7` (functions from the root down, the last with its line). */
function hold(stacks: Stacks, path: string): number {
  let node = 0
  for (const part of path.split(';')) {
    const [name, line] = part.split(':')
    node = stacks.node(node, stacks.site(frameOf(name), Number(line ?? 0)))
  }
  stacks.hold(node)
  return node
}

describe('kept stacks', () => {
  test('the same stack is the same node, each place of it known by its number', () => {
    const stacks = createStacks()
    const node = hold(stacks, 'a;b;c:7')
    assert.equal(hold(stacks, 'a;b;c:7'), node)
    assert.equal(pathOf(stacks, node), 'a;b;c:7')
    assert.equal(stacks.parent(stacks.parent(stacks.parent(node))), 0)
    assert.equal(stacks.size(), 3)
  })

  test('a function stands once per place where it is called, and once per line where samples ended', () => {
    const stacks = createStacks()
    for (const path of ['a;b', 'b', 'a;a', 'a:1', 'a:2', 'a']) hold(stacks, path)
    assert.equal(stacks.size(), 6)
  })

  test('functions of one name are apart by their script and their position', () => {
    const stacks = createStacks()
    const frames = [
      frameOf('f', 'a.js'),
      frameOf('f', 'b.js'),
      { name: 'f', url: 'a.js', line: 2, column: 1 },
      { name: 'f', url: 'a.js', line: 1, column: 2 },
      frameOf('', 'a.js'),
      frameOf('f:a.js', ''),
      frameOf('f', ':a.js'),
      frameOf('f:', 'a.js'),
      frameOf('__proto__', 'a.js'),
    ]
    assert.equal(new Set(frames.map((frame) => stacks.node(0, stacks.site(frame, 0)))).size, frames.length)
  })

  test('a node stays as long as a sample or a child holds it', () => {
    const stacks = createStacks()
    const outer = hold(stacks, 'a')
    const inner = hold(stacks, 'a;b')
    stacks.release(outer)
    assert.equal(pathOf(stacks, inner), 'a;b')
    stacks.release(inner)
    assert.equal(stacks.size(), 0)
  })

  test('the numbers and the bytes of what was let go are used again', () => {
    const stacks = createStacks()
    const empty = stacks.bytes()
    const stays = ['a;b;c', 'a;d', 'e'].map((path) => hold(stacks, path))
    const rounds = Array.from({ length: 100 }, (_, round) => {
      const nodes = [`x${round};y;z`, `x${round};v`, 'w'].map((path) => hold(stacks, path))
      const most = Math.max(...nodes, ...nodes.map((node) => stacks.parent(node)))
      const places = [`x${round}`, 'y', 'z', 'v', 'w'].map((name) => stacks.site(frameOf(name), 0).id)
      for (const node of nodes) stacks.release(node)
      return { most, place: Math.max(...places), bytes: stacks.bytes() }
    })
    for (const round of rounds) assert.deepEqual(round, rounds[0])
    for (const node of stays) stacks.release(node)
    assert.equal(stacks.size(), 0)
    assert.equal(stacks.bytes(), empty)
    const fresh = createStacks()
    assert.deepEqual(
      ['a;b', 'c'].map((path) => hold(stacks, path)),
      ['a;b', 'c'].map((path) => hold(fresh, path)),
    )
    assert.equal(stacks.bytes(), fresh.bytes())
  })

  test('no function is kept whose samples are gone', async () => {
    const stacks = createStacks()
    hold(stacks, 'stays')
    const refs = Array.from({ length: 50 }, (_, i) => {
      const frame = frameOf(`f${i}`)
      const node = stacks.node(0, stacks.site(frame, 0))
      stacks.hold(node)
      stacks.release(node)
      return new WeakRef(frame)
    })
    await freeUnheld()
    assert.equal(refs.filter((ref) => ref.deref() !== undefined).length, 0)
  })
})

/** Samples that are held and let go, in any order. */
type Step = { readonly hold: string } | { readonly release: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ hold: fc.stringMatching(/^[ab](;[abc]){0,4}(:[12])?$/) }) },
  { weight: 2, arbitrary: fc.record({ release: fc.nat() }) },
)

test('holds what a plain list of the samples holds, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const stacks = createStacks()
      const samples: { path: string; node: number }[] = []
      for (const one of steps) {
        if ('hold' in one) samples.push({ path: one.hold, node: hold(stacks, one.hold) })
        else if (samples.length > 0) stacks.release(samples.splice(one.release % samples.length, 1)[0].node)
        assert.equal(stacks.size(), placesOf(samples).size)
        for (const { path, node } of samples) assert.equal(pathOf(stacks, node), path)
      }
      for (const { node } of samples) stacks.release(node)
      assert.equal(stacks.size(), 0)
      assert.equal(stacks.bytes(), createStacks().bytes())
    }),
  )
})

/** Every place that a list of stacks passes through. */
function placesOf(samples: readonly { readonly path: string }[]): Set<string> {
  const places = new Set<string>()
  for (const { path } of samples) {
    const parts = path.split(';')
    for (let i = 1; i <= parts.length; i++) places.add(parts.slice(0, i).join(';'))
  }
  return places
}
