import assert from 'node:assert/strict'
import { Session } from 'node:inspector'
import { type TestContext, test } from 'node:test'
import vm from 'node:vm'
import { mapsInV8 } from '../plugin/symbols/ask-v8.ts'

const skip = process.env.NODE_V8_COVERAGE ? 'coverage is taken' : false

/** A function of a script that is in no file, with a map that only V8 has. */
function compile(filename: string): (value: boolean) => number {
  const text = '(function covered(value) { if (value) { return 1 } return 2 })'
  return new vm.Script(`${text}\n//# sourceMappingURL=data:,map`, { filename }).runInThisContext()
}

/** As Vitest says in its workers, see `npx vitest --coverage`. */
function setVitest(t: TestContext, enabled: boolean): void {
  Object.assign(globalThis, { __vitest_worker__: { config: { coverage: { provider: 'v8', enabled } } } })
  t.after(() => Reflect.deleteProperty(globalThis, '__vitest_worker__'))
}

test('V8 knows the map of a script that is in no file', { skip }, (t) => {
  compile('/app/alone.js')
  assert.equal(mapsInV8().get('file:///app/alone.js'), 'data:,map')
  setVitest(t, false)
  assert.equal(mapsInV8().get('file:///app/alone.js'), 'data:,map')
})

test('while Vitest counts blocks V8 is not asked, and the counts stay', { skip }, (t) => {
  setVitest(t, true)
  const tool = new Session()
  tool.connect()
  t.after(() => tool.disconnect())
  tool.post('Profiler.enable')
  tool.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const covered = compile('/app/covered.js')
  covered(false)
  assert.equal(mapsInV8().size, 0)
  covered(false)
  let ranges: number[] = []
  tool.post('Profiler.takePreciseCoverage', (_, { result }) => {
    const script = result.find(({ url }) => url.endsWith('/app/covered.js'))
    const found = script!.functions.find(({ functionName }) => functionName === 'covered')!
    ranges = found.ranges.map(({ count }) => count)
  })
  assert.deepEqual(ranges, [2, 0], 'that a block never ran is known')
})

test('nor while Node does', { skip }, (t) => {
  t.after(() => Reflect.deleteProperty(process.env, 'NODE_V8_COVERAGE'))
  compile('/app/of-node.js')
  process.env.NODE_V8_COVERAGE = '/tmp/coverage'
  assert.equal(mapsInV8().size, 0)
})
