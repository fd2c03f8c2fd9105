/** Lets everything between a sampler and V8 go wrong, one after the other, and prints how the application fared. */
import type { SamplerName } from '../plugin/model/wire/status.ts'
import { breakV8, broken, type Fault } from './broken-v8.ts'
import { faultsApp, report } from './faults-app.ts'

const sampler = process.argv[2] as SamplerName
const faults = process.argv.slice(3) as Fault[]
breakV8[sampler]()

for (const fault of faults) {
  const { app, said, work, send } = await faultsApp({ sampler, maxBytes: 8 * 2 ** 20 })
  const before = await work((status) => status.counts.samples > 20)
  broken.hurt = 0
  broken.fault = fault
  if (fault === 'start throws') startAnew()
  const during = await work(({ sampler }) =>
    fault === 'huge' ? broken.hurt >= 3 : sampler.restarts >= before.sampler.restarts + 3,
  )
  broken.fault = undefined
  const told = [...said]
  // By itself it would be tried again in a minute.
  startAnew()
  const after = await work((status) => status.counts.samples > during.counts.samples + 20)
  const { counts } = await send(1)
  report({ fault, said: told, before, during, after, open: counts.inFlight })
  await app.close()

  function startAnew() {
    app.profiler.stop()
    app.profiler.start()
  }
}
