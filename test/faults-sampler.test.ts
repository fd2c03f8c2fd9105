import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Status, samplerNames } from '../plugin/model/wire/status.ts'
import type { Fault } from './broken-v8.ts'
import { runFile } from './child.ts'
import { trySampler } from './sampler-work.ts'

interface Fared {
  readonly fault: Fault
  /** Lines in the log while it lasted. */
  readonly said: readonly string[]
  readonly before: Status
  readonly during: Status
  /** When the fault was gone. */
  readonly after: Status
  readonly open: number
}

/** What the problem is called, in the status and in the log; `undefined` where nothing is wrong. */
const faults: Record<Fault, RegExp | undefined> = {
  'start throws': /V8 refuses/,
  'stop throws': /V8 breaks/,
  lost: /lost|taken/,
  malformed: /makes no sense/,
  empty: /V8 delivered no samples/,
  huge: undefined,
}

for (const name of samplerNames) {
  const { why } = trySampler(name)
  describe(`${name}: V8's profiler`, { skip: why === '' ? false : why }, () => {
    const fared = new Map<string, Fared>()
    before(async () => {
      const all = await runFile<Fared>('test/faults-sampler-child.ts', [name, ...Object.keys(faults)])
      for (const one of all) fared.set(one.fault, one)
    })
    for (const [fault, problem] of Object.entries(faults)) {
      test(fault, () => checkFared(fared.get(fault)!, problem))
    }
  })
}

/** The application answered (or the child would have failed); the rest is the profiler's own account of it. */
function checkFared({ said, before, during, after, open }: Fared, problem: RegExp | undefined): void {
  if (problem === undefined) {
    assert.deepEqual([said, during.problem, during.sampler.restarts], [[], '', 0])
  } else {
    const once = [/ failed and is restarted/, / failed 3 times: requests are timed, but not sampled/]
    for (const pattern of once) {
      const lines = said.filter((line) => pattern.test(line))
      assert.equal(lines.length, 1, said.join('\n'))
      assert.match(lines[0], problem)
    }
    assert.match(during.problem, problem)
    assert.equal(during.sampler.state, 'failed')
  }
  assert.ok(during.counts.requests > before.counts.requests, 'requests are timed all the same')
  assert.ok(during.memory.bytes <= during.memory.limit)
  assert.deepEqual([after.sampler.state, open], ['running', 0])
  const { requestsMs, otherMs, gcMs, idleMs, recordedMs } = after.accounting
  assert.ok(Math.abs(requestsMs + otherMs + gcMs + idleMs - recordedMs) < 1)
}
