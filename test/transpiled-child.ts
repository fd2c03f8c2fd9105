// Runs in a process of its own, bundled: loads a module, profiles what it exports and prints what was found.
import { pathToFileURL } from 'node:url'
import { atOnce } from '../plugin/model/steps.ts'
import type { SamplerName } from '../plugin/model/wire/status.ts'
import { createSampler } from '../plugin/sampler/index.ts'
import { createSymbols } from '../plugin/symbols/index.ts'

const [, , root, module] = process.argv
const loaded = await import(`${pathToFileURL(module)}${process.env.QUERY ?? ''}`)
const { run } = loaded.run === undefined ? loaded.default : loaded

// They name scripts in two ways: by their paths, and by URLs.
const { sampler } = createSampler((process.env.SAMPLER ?? 'inspector') as SamplerName, 200)
sampler.start()
// Several times, since on a busy machine the sampler may miss one for long.
for (let i = 0; i < 6; i++) await run(30)
const { frames, nodes, samples } = atOnce(sampler.stop()!.read())
const symbols = createSymbols(root, [])
const found = frames.map((raw, index) => {
  const lines = new Set<number>()
  samples.node.forEach((node, i) => {
    if (nodes.frame[node] === index && samples.line[i] > 0) lines.add(symbols.line(raw, samples.line[i]))
  })
  return { raw, frame: symbols.frame(raw), lines: [...lines].sort((a, b) => a - b) }
})
process.stdout.write(`\n${JSON.stringify(found)}`)
