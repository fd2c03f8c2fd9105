import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import profiler from '../plugin/index.ts'
import { type Install, play, scenarios } from './same-app.ts'

const options = { enabled: true, serverTiming: false }
const ways: Record<string, Install> = {
  'the profiler records': (app) => app.register(profiler, options),
  'it does not': (app) => app.register(profiler, { ...options, record: 'manual' }),
  'it comes after the routes': (app) => void app.register(profiler, options),
}

for (const [when, install] of Object.entries(ways)) {
  describe(`status, headers, bytes and the order of hooks are those of the application while ${when}`, () => {
    for (const scenario of scenarios) {
      test(scenario.name, async () => {
        const [expected, actual] = [await play(scenario), await play(scenario, install)]
        assert.equal(expected.length, scenario.send.length + 1)
        assert.deepEqual(actual, expected)
      })
    }
  })
}
