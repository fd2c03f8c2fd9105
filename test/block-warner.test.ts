import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { blockWarner } from '../plugin/attribution/block-warner.ts'
import { calmly } from './calmly.ts'
import { createRequests } from './records.ts'

test('a warning a second, the next one with the number of those left out', () =>
  calmly(async () => {
    const lines: string[] = []
    const tell = blockWarner({
      thresholdMs: 100,
      naming: { frame: () => assert.fail('there is no stack') } as never,
      page: (id) => `/__profile/?request=${id}`,
      warn: (line) => lines.push(line),
    })
    const { record } = createRequests()
    const blocked = (ms: number) => tell(record({ startUs: 0, endUs: 200_000, blockedUs: ms * 1000 }))
    blocked(99)
    blocked(150)
    blocked(150)
    await sleep(1100)
    blocked(120)
    blocked(150)
    blocked(99)
    blocked(150)
    await sleep(1100)
    blocked(100)
    assert.deepEqual(lines, [
      'GET /a was blocked for 150 of its 200 ms: /__profile/?request=2',
      'GET /a was blocked for 120 of its 200 ms: /__profile/?request=4 (and 1 more request before it)',
      'GET /a was blocked for 100 of its 200 ms: /__profile/?request=8 (and 2 more requests before it)',
    ])
  }))

test('a request that may have queued is told, but only where a single turn was long enough', () => {
  const lines: string[] = []
  const tell = (thresholdMs: number, queuedUs: number, turnUs: number, blockedUs = 0) => {
    const warner = blockWarner({
      thresholdMs,
      naming: { frame: ({ name }: { name: string }) => ({ name, file: 'src/heavy.ts', line: 5 }) } as never,
      page: (id) => `/__profile/?request=${id}`,
      warn: (line) => lines.push(line),
    })
    const { record } = createRequests()
    const one = record({ startUs: 0, endUs: 200_000, blockedUs })
    one.queuedUs = queuedUs
    const stack = [{ name: 'burn', url: 'file:///app/src/heavy.ts', line: 5, column: 1 }]
    one.worstQueued = { us: turnUs, stack, by: 'GET /heavy' }
    warner(one)
    return lines.splice(0)
  }
  const told =
    'GET /a may have queued for up to 160 ms before it began, 155 ms by one turn of GET /heavy, in burn (src/heavy.ts:5): /__profile/?request=1'
  assert.deepEqual(tell(100, 160_000, 155_000), [told])
  assert.deepEqual(tell(100, 160_000, 99_000), [])
  assert.deepEqual(tell(Number.POSITIVE_INFINITY, 160_000, 155_000), [])
  assert.deepEqual(tell(100, 160_000, 155_000, 150_000), [
    'GET /a was blocked for 150 of its 200 ms: /__profile/?request=1',
  ])
})

test('that some requests may have queued does not keep it from being told that another was blocked', () => {
  const lines: string[] = []
  const warner = blockWarner({
    thresholdMs: 100,
    naming: { frame: () => assert.fail('there is no stack') } as never,
    page: (id) => id,
    warn: (line) => lines.push(line),
  })
  const { record } = createRequests()
  const queued = record({ startUs: 0, endUs: 200_000, queuedUs: 160_000 })
  queued.worstQueued = { us: 155_000, stack: [], by: 'GET /heavy' }
  const blocked = record({ startUs: 0, endUs: 200_000, blockedUs: 150_000 })
  for (const one of [queued, blocked, queued, blocked]) warner(one)
  assert.deepEqual(
    lines.map((line) => /was blocked|may have queued/.exec(line)?.[0]),
    ['may have queued', 'was blocked'],
  )
})
