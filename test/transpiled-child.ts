// Runs in a process of its own, bundled: loads a module, profiles what it exports and prints what was found.
import { Session } from 'node:inspector'
import { pathToFileURL } from 'node:url'
import { readSegment } from '../plugin/sampler/read-segment.ts'
import { atOnce } from '../plugin/steps.ts'
import { createSymbols } from '../plugin/symbols/index.ts'

const [, , root, module] = process.argv
const loaded = await import(`${pathToFileURL(module)}${process.env.QUERY ?? ''}`)
const { run } = loaded.run === undefined ? loaded.default : loaded

const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.setSamplingInterval', { interval: 200 })
session.post('Profiler.start')
// Several times, since on a busy machine the sampler may miss one for long.
for (let i = 0; i < 6; i++) await run(30)
session.post('Profiler.stop', (error, { profile }) => {
  if (error) throw error
  const { frames, nodes, samples } = atOnce(
    readSegment(profile, 'file', {
      beforeStartUs: 0,
      startUs: 0,
      endUs: Number.MAX_SAFE_INTEGER,
    }),
  )
  const symbols = createSymbols(root, [])
  const found = frames.map((raw, index) => {
    const lines = new Set<number>()
    samples.node.forEach((node, i) => {
      if (nodes.frame[node] === index && samples.line[i] > 0) lines.add(symbols.line(raw, samples.line[i]))
    })
    return { raw, frame: symbols.frame(raw), lines: [...lines].sort((a, b) => a - b) }
  })
  process.stdout.write(`\n${JSON.stringify(found)}`)
})
session.disconnect()
