import { badParameter } from './errors.ts'
import { atOnce } from './model/steps.ts'
import { emptyProfile } from './model/tree.ts'
import type { Recorder } from './recorder.ts'
import type { Collected } from './types.ts'

/** Runs functions and tells what the requests that begin in them cost. Calls may overlap. */
export interface Collecting {
  collect<T>(fn: () => T | Promise<T>): Promise<Collected<T>>
  /** The user started or stopped recording: this decision stays when the calls that run now have ended. */
  decided(): void
}

/** `stop` stops recording, and all that goes on with it. */
export function createCollecting(recorder: Recorder, stop: () => void): Collecting {
  let running = 0
  /** Whether recording was started for the calls alone. */
  let forCalls = false

  function begin(): void {
    running++
    if (recorder.recording) return
    forCalls = true
    recorder.start()
  }

  function end(): void {
    running--
    if (running > 0 || !forCalls) return
    forCalls = false
    stop()
  }

  return {
    async collect(fn) {
      if (typeof fn !== 'function') throw badParameter('fn', fn, 'a function')
      await recorder.flush()
      begin()
      const gathering = recorder.gather()
      try {
        const result = await fn()
        // Others may send requests while this waits for the last samples.
        gathering.close()
        await recorder.flush()
        const gathered = gathering.end()
        const requests = gathered.map(({ summary }) => summary)
        const ownUs = gathered.reduce((sum, { record }) => sum + record.ownUs + record.afterUs, 0)
        const kept = gathered.filter(({ record }) => !record.gone).map(({ record }) => record.id)
        const profile =
          kept.length === 0 ? emptyProfile('0 requests') : atOnce(recorder.profile({ requests: kept }))
        return { result, requests, ownMs: ownUs / 1000, profile }
      } finally {
        gathering.end()
        end()
      }
    },
    decided() {
      forCalls = false
    },
  }
}
