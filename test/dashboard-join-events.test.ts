import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinEvents } from '../dashboard/join-events.ts'
import type { Events } from '../plugin/model/wire/events.ts'
import type { RequestSummary } from '../plugin/model/wire/requests.ts'

test('events are passed on at once, and those that follow too soon as one', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const told: string[] = []
  const { add: listen, drop } = joinEvents(({ requests, missed }) => {
    told.push(`${requests.map(({ id }) => id).join(' ')}, ${missed} missed`)
  })
  const event = (ids: string, missed = 0) =>
    listen({ requests: ids.split(' ').map((id) => ({ id }) as RequestSummary), missed })

  event('1 2')
  assert.deepEqual(told.splice(0), ['1 2, 0 missed'])
  event('3', 2)
  event('4 5', 1)
  t.mock.timers.tick(999)
  assert.deepEqual(told, [])
  t.mock.timers.tick(1)
  assert.deepEqual(told.splice(0), ['3 4 5, 3 missed'])
  event('6')
  assert.deepEqual(told, [])
  t.mock.timers.tick(1000)
  assert.deepEqual(told.splice(0), ['6, 0 missed'])
  t.mock.timers.tick(5000)
  assert.deepEqual(told, [])
  event('7')
  assert.deepEqual(told.splice(0), ['7, 0 missed'])
  event('8', 1)
  drop()
  t.mock.timers.tick(1000)
  assert.deepEqual(told, [], 'what was dropped is not told')
  event('9')
  assert.deepEqual(told, ['9, 0 missed'])
})

test('after many, those that follow wait twice as long', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const told: number[] = []
  const { add: listen } = joinEvents(({ requests, missed }) => void told.push(requests.length + missed))
  const event = (count: number, missed = 0) =>
    listen({ requests: Array.from({ length: count }, (_, i) => ({ id: `${i}` }) as RequestSummary), missed })

  event(20, 6)
  event(1)
  t.mock.timers.tick(1999)
  assert.deepEqual(told, [26])
  t.mock.timers.tick(1)
  assert.deepEqual(told, [26, 1])
  event(25)
  t.mock.timers.tick(1000)
  assert.deepEqual(told, [26, 1, 25])
  event(2)
  t.mock.timers.tick(1000)
  assert.deepEqual(told, [26, 1, 25, 2])
})

test('a listener that throws hears of the next events all the same', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const told: number[] = []
  const { add: listen } = joinEvents(({ requests }) => {
    told.push(requests.length)
    if (told.length === 1) throw new Error('no')
  })
  const none: Events['requests'] = { requests: [], missed: 0 }
  assert.throws(() => listen(none), /no/)
  listen(none)
  t.mock.timers.tick(1000)
  assert.deepEqual(told, [0, 0])
})
