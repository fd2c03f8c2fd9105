import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soak } from '../bench/soak/soak.ts'
import { calmly } from './calmly.ts'

test('a short soak: after thousands of requests, some left, everything is accounted for', (t) =>
  calmly(async () => {
    const result = await soak({ requests: 4000, minutes: 4, connections: 10, batches: 4 })
    const { profiled, open, lost, unaccountedMs, problem, warnings } = result
    t.diagnostic(JSON.stringify(result))
    // Requests whose client left at once may not have reached it.
    assert.ok(profiled.requests > 3800, `${profiled.requests} requests`)
    assert.deepEqual({ open, lost, problem, warnings }, { open: 0, lost: 0, problem: '', warnings: 0 })
    assert.ok(Math.abs(unaccountedMs) < 1, `${unaccountedMs} ms`)
    const [early, late] = profiled.heapMiB
    assert.ok(late - early < 16, `the heap grew from ${early} to ${late} MiB, with 8 MiB to keep`)
  }))
