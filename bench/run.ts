import { mkdirSync, writeFileSync } from 'node:fs'
import { fidelity } from './fidelity.ts'
import { idle } from './idle.ts'
import { machine } from './measure.ts'
import { memory } from './memory.ts'
import { overhead } from './overhead.ts'
import { overlap } from './overlap.ts'
import { page } from './page.ts'
import { rotations } from './rotations.ts'
import { serialisation } from './serialisation.ts'
import { stall } from './stall.ts'
import { startup } from './startup.ts'

/** `npm run bench`, or `npm run bench -- overhead` for one; `-- --rounds 10` for a short run. */
const benches: Record<string, (rounds: number) => unknown> = {
  overhead,
  stall,
  overlap,
  serialisation,
  fidelity,
  memory,
  rotations,
  startup,
  idle,
  page,
}

const words = process.argv.slice(2)
const roundsAt = words.indexOf('--rounds')
const rounds = roundsAt < 0 ? 40 : Number(words[roundsAt + 1])
const names = words.filter((word, i) => !word.startsWith('--') && (roundsAt < 0 || i !== roundsAt + 1))
const unknown = names.filter((name) => !(name in benches))
if (unknown.length > 0 || !(rounds >= 1)) {
  console.error(`usage: npm run bench -- [${Object.keys(benches).join('|')}] [--rounds 40]`)
  process.exit(2)
}

for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const result = { machine: machine(), name, result: await benches[name](rounds) }
  mkdirSync('bench/results', { recursive: true })
  const file = `bench/results/${name}-node${process.versions.node.split('.')[0]}.json`
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
  print(name, result.result)
  console.log(`  written to ${file}\n`)
}

function print(name: string, result: unknown): void {
  console.log(`${name}, Node ${process.versions.node}`)
  if (name !== 'overhead') {
    if (name !== 'page') console.table(result)
    return
  }
  const { results, missing, valid } = result as Awaited<ReturnType<typeof overhead>>
  console.table(
    results.map(({ scenario, subject, main, all, mainUs }) => ({
      scenario,
      subject,
      'main thread': ratio(main),
      'all threads': ratio(all),
      'µs/request': Math.round(mainUs * 10) / 10,
    })),
  )
  for (const [subject, reason] of Object.entries(missing)) console.log(`  without ${subject}: ${reason}`)
  for (const scenario of new Set(results.map(({ scenario }) => scenario)))
    if (!valid.includes(scenario))
      console.log(
        `  VOID: ${scenario}: absent against absent is not 1.00 ± 0.02, the machine is too restless`,
      )
}

function ratio({ median, low, high }: { median: number; low: number; high: number }): string {
  return `${median.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`
}
