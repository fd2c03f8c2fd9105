import { parentPort, workerData } from 'node:worker_threads'
import { atOnce } from '../plugin/model/steps.ts'
import { createSampler } from '../plugin/sampler/index.ts'
import { compileWork } from './sampler-work.ts'
import { samplesIn } from './segments.ts'

try {
  const { sampler } = createSampler(workerData.name, 1000)
  sampler.start()
  compileWork().burnRed(50)
  const segment = atOnce(sampler.rotate().read())
  parentPort!.postMessage({ name: sampler.name, red: samplesIn([segment], 'burnRed') })
  process.exit(0)
} catch (error) {
  const { code, message } = error as { code: string; message: string }
  parentPort!.postMessage({ code, message })
}
