import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodedMappings, encodedMap, type SourceMapSegment, TraceMap } from '@jridgewell/trace-mapping'
import fc from 'fast-check'
import { atOnce } from '../plugin/model/steps.ts'
import { createSymbols } from '../plugin/symbols/index.ts'
import type { Positions } from '../plugin/symbols/positions.ts'
import { readPositions } from '../plugin/symbols/read-map.ts'

const url = 'file:///app/a.js'
const sources = ['a.ts', 'b.ts', 'c.ts']
const names = ['f', 'g']

/** The segments of the columns, as `trace-mapping` has them. */
function segmentsOf(positions: Positions): number[][][] {
  const { lineStart, column, source, line, sourceColumn, name } = positions
  return Array.from({ length: lineStart.length - 1 }, (_, n) => {
    const segments: number[][] = []
    for (let i = lineStart[n]; i < lineStart[n + 1]; i++) {
      if (source[i] < 0) segments.push([column[i]])
      else if (name[i] < 0) segments.push([column[i], source[i], line[i], sourceColumn[i]])
      else segments.push([column[i], source[i], line[i], sourceColumn[i], name[i]])
    }
    return segments
  })
}

function mapOf(mappings: string) {
  return { version: 3 as const, sources, names, mappings }
}

/** Mappings of these lines, in the order given. */
function encoded(lines: readonly (readonly number[])[][]): string {
  const decoded = { version: 3 as const, sources, names, mappings: lines as unknown as SourceMapSegment[][] }
  return encodedMap(new TraceMap(decoded)).mappings
}

const segment = fc.oneof(
  fc.tuple(fc.nat(200)),
  fc.tuple(fc.nat(200), fc.nat(2), fc.nat(50_000), fc.nat(300)),
  fc.tuple(fc.nat(200), fc.nat(2), fc.nat(50_000), fc.nat(300), fc.nat(1)),
)
const line = fc.oneof(fc.constant([]), fc.array(segment, { maxLength: 40 }))

test('a map that is read piece by piece says what it says as a whole', () => {
  let pieces = 0
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 200 }),
      (lines, times) => {
        const mappings = encoded(Array.from({ length: times }, () => lines as number[][][]).flat())
        const steps = readPositions({ map: mapOf(mappings), url })
        let step = steps.next()
        for (; !step.done; step = steps.next()) pieces++
        if (mappings === '') return assert.equal(step.value, undefined)
        const whole = decodedMappings(new TraceMap(mapOf(mappings)))
        assert.deepEqual(segmentsOf(step.value!), whole)
      },
    ),
    { numRuns: 100 },
  )
  assert.ok(pieces > 250, `${pieces} steps`)
})

test('a name or a source that the map does not have is none', () => {
  const positions = atOnce(
    readPositions({ map: mapOf(encoded([[[0, 7, 1, 1]], [[1, 1, 2, 3, 9]], [[2, 0, 4, 5, 1]]])), url }),
  )
  assert.deepEqual(segmentsOf(positions!), [[[0]], [[1, 1, 2, 3]], [[2, 0, 4, 5, 1]]])
})

test('what a large map says is known once it is prepared, without another look at it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'read-map-'))
  try {
    const lines = Array.from({ length: 5000 }, (_, n) => [[0, 0, n * 2, 4]])
    const path = join(folder, 'a.js')
    const map = join(folder, 'a.js.map')
    writeFileSync(join(folder, 'a.ts'), '\n'.repeat(10_000))
    writeFileSync(path, `${'f()\n'.repeat(5000)}//# sourceMappingURL=a.js.map`)
    writeFileSync(map, JSON.stringify(mapOf(encoded(lines))))
    const symbols = createSymbols(folder, [])
    const raw = { name: 'f', url: path, line: 4001, column: 1 }
    const reading = symbols.prepare(raw)!
    let steps = 0
    while (!reading.next().done) steps++
    assert.ok(steps > 4, `${steps} steps`)
    rmSync(map)
    assert.equal(symbols.prepare(raw), undefined)
    const { file, line } = symbols.frame(raw)
    assert.deepEqual([file, line], ['a.ts', 8001])
  } finally {
    await rm(folder, { recursive: true })
  }
})
