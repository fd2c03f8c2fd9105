import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { afterEach, describe, test } from 'node:test'
import { openElsewhere } from '../dashboard/open-elsewhere.ts'
import { packSteps } from '../plugin/formats/packed.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { bigProfile } from './fake-data.ts'

const VIEW = { all: true, only: '', unfold: '', inverted: false }
const large = new Uint8Array(atOnce(packSteps(bigProfile(60_000)))).buffer

type Handler = (event: unknown) => void

/** Of those that were started. */
let workers: FakeWorker[] = []

/** Does what `job` says when it is given one. */
class FakeWorker {
  static job: (worker: FakeWorker) => void = () => {}
  onmessage: Handler = () => {}
  onerror: Handler = () => {}
  ended = false
  constructor() {
    workers.push(this)
  }
  postMessage(): void {
    FakeWorker.job(this)
  }
  terminate(): void {
    this.ended = true
  }
}

function withWorkers(job: (worker: FakeWorker) => void): AbortController {
  workers = []
  FakeWorker.job = job
  Object.assign(globalThis, { Worker: FakeWorker })
  return new AbortController()
}

function isAllOver({ signal }: AbortController): void {
  assert.deepEqual(
    workers.map(({ ended }) => ended),
    [true],
  )
  assert.deepEqual(getEventListeners(signal, 'abort'), [], 'nothing holds the bytes')
}

afterEach(() => Reflect.deleteProperty(globalThis, 'Worker'))

describe('of a large profile, the worker ends, and nothing of it is left', () => {
  test('when it has answered', async () => {
    const answer = { opened: 'what it made' }
    const control = withWorkers((worker) => queueMicrotask(() => worker.onmessage({ data: answer })))
    assert.equal(await openElsewhere(large, VIEW, control.signal), answer.opened)
    isAllOver(control)
  })

  test('when it says that there is none in these bytes', async () => {
    const answer = { problem: 'cut off' }
    const control = withWorkers((worker) => queueMicrotask(() => worker.onmessage({ data: answer })))
    await assert.rejects(openElsewhere(large, VIEW, control.signal), /cut off/)
    isAllOver(control)
  })

  test('when it breaks, and then it is opened here', async () => {
    const control = withWorkers((worker) => queueMicrotask(() => worker.onerror(new Error('broken'))))
    const { profile, first } = await openElsewhere(large, VIEW, control.signal)
    assert.deepEqual([profile.tree.parent.length, first], [bigProfile(60_000).tree.parent.length, undefined])
    isAllOver(control)
  })

  test('when it is not wanted any more, and then it is opened nowhere', async () => {
    const control = withWorkers(() => {})
    const opened = openElsewhere(large, VIEW, control.signal)
    control.abort(new Error('another page'))
    await assert.rejects(opened, /another page/)
    isAllOver(control)
  })
})
