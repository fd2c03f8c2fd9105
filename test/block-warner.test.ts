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
