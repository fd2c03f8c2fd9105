import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Profile } from '../plugin/model/profile.ts'
import { emptyProfile } from '../plugin/model/tree.ts'
import { paths } from '../plugin/model/wire/paths.ts'
import { drawnStacks, formatTree, profileOf } from './pictures.ts'

/** Says what is wrong with a profile by the guarantees of its type; nothing when it is sound. */
export function faults(profile: Profile): string[] {
  const { tree, frames, lines } = profile
  const found: string[] = []
  const check = (ok: boolean, fault: string) => ok || found.push(fault)
  const lengths = [tree.parent, tree.frame, tree.selfUs, tree.samples].map((column) => column.length)
  check(lengths[0] >= 1 && lengths.every((n) => n === lengths[0]), `columns of lengths ${lengths}`)
  check(tree.parent[0] === -1, 'node 0 is no root')
  check(
    tree.parent.every((parent, i) => i === 0 || (parent >= 0 && parent < i)),
    'a node before its parent',
  )
  check(
    tree.frame.every((frame) => frames[frame] !== undefined),
    'a frame that is not there',
  )
  check(
    tree.selfUs.every((us) => us >= 0),
    'a negative time',
  )
  const siblings = tree.parent.map((parent, i) => `${parent}>${tree.frame[i]}`)
  check(new Set(siblings).size === siblings.length, 'one frame twice below a parent')
  check(tree.samples.reduce((a, b) => a + b, 0) === profile.samples, 'samples do not add up')
  check(Math.abs(tree.selfUs.reduce((a, b) => a + b, 0) - profile.ownUs) < 1, 'time does not add up')
  check(lines.node.length === lines.line.length && lines.line.length === lines.samples.length, 'lines differ')
  return found
}

describe('profiles drawn as text', () => {
  it('are sound, and the same after a journey through JSON', () => {
    fc.assert(
      fc.property(drawnStacks(), (picture) => {
        const profile = profileOf(picture)
        assert.deepEqual(faults(profile), [])
        assert.deepEqual(JSON.parse(JSON.stringify(profile)), profile)
      }),
    )
  })

  it('are found unsound when they are', () => {
    const good = profileOf('a;b 3')
    const broken = (tree: Partial<Profile['tree']>) => faults({ ...good, tree: { ...good.tree, ...tree } })
    assert.deepEqual(broken({ parent: [-1, 2, 0] }), ['a node before its parent'])
    assert.deepEqual(broken({ selfUs: [0, 0, 4000] }), ['time does not add up'])
    assert.deepEqual(broken({ parent: [-1, 0, 0], frame: [0, 1, 1] }), ['one frame twice below a parent'])
    assert.deepEqual(broken({ samples: [3, 0] }), ['columns of lengths 3,3,3,2'])
  })

  it('hold names, files, kinds, times and lines', () => {
    const { frames, lines } = profileOf(
      'main@src/main.ts:3;read@node:fs:12;parse@;(garbage collector) 1\nx@node_modules/@a/b/c.js:1 2 3:1 4:1',
    )
    assert.deepEqual(
      frames.map(({ name, file, line, kind, package: owner }) => [name, file, line, kind, owner]),
      [
        ['GET /picture', '', 0, 'root', undefined],
        ['main', 'src/main.ts', 3, 'app', undefined],
        ['read', 'node:fs', 12, 'node', undefined],
        ['parse', '', 0, 'native', undefined],
        ['(garbage collector)', '', 0, 'system', undefined],
        ['x', 'node_modules/@a/b/c.js', 1, 'package', '@a/b'],
      ],
    )
    assert.deepEqual(lines, { node: [5, 5], line: [3, 4], samples: [1, 1], selfUs: [1000, 1000] })
  })

  it('hold any name, markup too', () => {
    const profile = profileOf('</script><img onerror=alert(1)> 1')
    assert.deepEqual(formatTree(profile)[1], '  - </script><img onerror=alert(1)> (total: 1, self: 1)')
  })
})

describe('emptyProfile', () => {
  it('is sound and holds nothing', () => {
    const profile = emptyProfile('GET /', '/app', 1000)
    assert.deepEqual(faults(profile), [])
    assert.deepEqual(formatTree(profile), ['- GET / (total: 0, self: —)'])
    assert.equal(profile.root, '/app')
  })
})

describe('paths', () => {
  it('hold any id in one part', () => {
    assert.equal(paths.request('../a b?c#d/e'), 'api/requests/..%2Fa%20b%3Fc%23d%2Fe')
    assert.equal(paths.pin('k3'), 'api/requests/k3/pin')
    assert.equal(paths.chart('k3'), 'api/requests/k3/chart')
  })
})
