/**
 * What a test does in a process of its own, because it would end the process if it went wrong, or because it
 * must be the first to profile in it. Prints one line of JSON.
 */
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { atOnce } from '../plugin/model/steps.ts'
import type { SamplerName } from '../plugin/model/wire/status.ts'
import { createSampler } from '../plugin/sampler/index.ts'
import type { Sampler } from '../plugin/sampler/segment.ts'
import { compileWork, sleep } from './sampler-work.ts'
import { assertSegment } from './segments.ts'

const [, , task, name, argument] = process.argv as [string, string, string, SamplerName, string]

const tasks: Record<string, () => unknown> = { calls, interval, choose, workers, exit }
console.log(JSON.stringify(await tasks[task]()))

/** Any calls in any order on two samplers, and another user of the same profiler between them. */
function calls() {
  let state = Number(argument)
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 16) % below
  }
  const samplers = [createSampler(name, 1000).sampler, createSampler(name, 500).sampler]
  const stranger = name === 'v8-profiler-next' ? addonUser() : []
  const codes: Record<string, number> = {}
  let segments = 0
  const took = (capture: ReturnType<Sampler['stop']>) => {
    if (!capture) return
    if (random(3) === 0) assertSegment(atOnce(capture.read()))
    segments++
  }
  const acts = [
    (s: Sampler) => s.start(),
    (s: Sampler) => took(s.rotate()),
    (s: Sampler) => took(s.rotate()),
    (s: Sampler) => took(s.rest()),
    (s: Sampler) => took(s.stop()),
    ...stranger,
  ]
  // Each start from nothing takes 50 ms and more, but with the addon, which has the most ways to go wrong.
  const count = name === 'v8-profiler-next' ? 600 : 200
  for (let i = 0; i < count; i++) {
    try {
      acts[random(acts.length)](samplers[random(2)])
    } catch (error) {
      const code = String((error as { code?: string }).code ?? error)
      codes[code] = (codes[code] ?? 0) + 1
    }
  }
  for (const sampler of samplers) took(sampler.stop())
  return { segments, codes }
}

/** Keeps to what the addon allows: stops only what runs, never a hundred at once. */
function addonUser() {
  const addon = createRequire(import.meta.url)('v8-profiler-next')
  let named = false
  const act = () => {
    if (named) addon.stopProfiling('theirs')?.delete()
    else addon.startProfiling('theirs', true)
    named = !named
  }
  return [
    act,
    // Takes the profile started last, whose ever it is.
    () => {
      if (!named) act()
      const taken = addon.stopProfiling()
      if (taken.title === 'theirs') named = false
      taken.delete()
    },
    () => addon.setGenerateType(0),
    () => addon.setProfilesCleanupLimit(0),
    () => addon.deleteAllProfiles(),
  ]
}

/** Median time between two samples. */
function interval() {
  const { sampler } = createSampler(name, Number(argument))
  sampler.start()
  compileWork().burnRed(400)
  const { timeUs } = atOnce(sampler.stop()!.read()).samples
  const gaps = timeUs.slice(1).map((us, i) => us - timeUs[i])
  return { medianUs: gaps.sort()[gaps.length >> 1] }
}

function choose() {
  const loaded = () => 'profiler' in process
  const before = loaded()
  try {
    const { sampler, reason } = createSampler(name, 1000)
    return { before, after: loaded(), name: sampler.name, reason }
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return { before, after: loaded(), code, message }
  }
}

/** Workers that sample and end without stopping. */
async function workers() {
  // On Node 20 a loader given by `--import` does not reach into workers.
  const file = new URL('./sampler-in-worker.ts', import.meta.url).href
  const code = `import('${import.meta.resolve('tsx/esm/api')}').then((api) => api.tsImport('${file}', '${file}'))`
  const answers: unknown[] = []
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      [0, 1].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(code, { eval: true, execArgv: [], workerData: { name } })
            worker.on('message', (answer) => answers.push(answer))
            worker.on('error', reject)
            worker.on('exit', resolve)
          }),
      ),
    )
  }
  return { answers }
}

/** Ends while it samples. */
async function exit() {
  const { sampler } = createSampler(name, 1000)
  sampler.start()
  await sleep(30)
  if (argument === 'exit') process.exit(0)
  return { running: true }
}
