import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { machine } from '../measure.ts'
import { type SoakSide, soak } from './soak.ts'

/** `npm run soak`, or for a short run `npm run soak -- --requests 100000 --minutes 2`. */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    minutes: { type: 'string', default: '30' },
    connections: { type: 'string', default: '20' },
    batches: { type: 'string', default: '40' },
  },
})
const [requests, minutes, connections, batches] = [
  values.requests,
  values.minutes,
  values.connections,
  values.batches,
].map(Number)
if (![requests, minutes, connections, batches].every((value) => value > 0)) {
  console.error(
    'usage: npm run soak -- [--requests 1000000] [--minutes 30] [--connections 20] [--batches 40]',
  )
  process.exit(2)
}

const result = await soak({ requests, minutes, connections, batches })
const round = (value: number) => Math.round(value * 100) / 100
const row = ({ heapMiB, rssMiB, ...side }: SoakSide) => ({
  requests: side.requests,
  'per s': Math.round(side.perSecond),
  'p50 ms': round(side.p50Ms),
  'p99 ms': round(side.p99Ms),
  'CPU ms each': round(side.cpuMsPerRequest),
  'heap MiB': heapMiB.map(round).join(' → '),
  'heap KiB per 10,000': round(side.heapSlope),
  'RSS MiB': rssMiB.map(round).join(' → '),
  'RSS KiB per 10,000': round(side.rssSlope),
})
console.table({ 'with the profiler': row(result.profiled), without: row(result.bare) })

/** What went wrong. None of this may happen, however long the run was. */
const wrong = [
  result.open !== 0 && `${result.open} records are still open`,
  result.lost !== 0 && `${result.lost} requests are not accounted for`,
  Math.abs(result.unaccountedMs) > 1 && `${result.unaccountedMs} ms are not accounted for`,
  result.restarts !== 0 && `the sampler was restarted ${result.restarts} times: ${result.problem}`,
  result.problem !== '' && `there was a problem: ${result.problem}`,
  result.warnings !== 0 && `Node warned ${result.warnings} times`,
].filter((text) => text !== false)
console.log(`p99 with the profiler is ${round(result.p99Ratio)} times p99 without it (median of the turns)`)
console.log(
  wrong.length === 0
    ? 'all requests and all time are accounted for, no record is still open'
    : wrong.join('\n'),
)

mkdirSync('bench/results', { recursive: true })
const file = `bench/results/soak-node${process.versions.node.split('.')[0]}.json`
writeFileSync(file, `${JSON.stringify({ machine: machine(), result }, null, 2)}\n`)
console.log(`written to ${file}`)
process.exitCode = wrong.length === 0 ? 0 : 1
