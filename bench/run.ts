import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
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

/** `npm run bench` runs them all, `npm run bench -- overhead` runs one; `-- --rounds 10` makes it short. */
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

const { values, positionals: names } = parsed()
const rounds = Number(values.rounds)
const unknown = names.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) refuse(`no such benchmark: ${unknown.join(', ')}`)
if (!Number.isSafeInteger(rounds) || rounds < 1) {
  refuse(`--rounds takes a whole number, 1 or more, not "${values.rounds}"`)
}

for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const result = { machine: machine(), name, result: await benches[name](rounds) }
  mkdirSync('bench/results', { recursive: true })
  const file = `bench/results/${name}-node${process.versions.node.split('.')[0]}.json`
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
  print(name, result.result)
  console.log(`  written to ${file}\n`)
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { rounds: { type: 'string', default: '40' } },
    })
  } catch (error) {
    return refuse((error as Error).message)
  }
}

function refuse(problem: string): never {
  const all = Object.keys(benches).join(' ')
  console.error(`${problem}\nusage: npm run bench -- [name ...] [--rounds 40]\nnames: ${all}`)
  process.exit(2)
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
  for (const [subject, reason] of Object.entries(missing))
    console.log(`  not measured: ${subject} (${reason})`)
  for (const scenario of new Set(results.map(({ scenario }) => scenario)))
    if (!valid.includes(scenario))
      console.log(
        `  VOID: ${scenario}: the bare application against itself is not 1.00 ± 0.02, the machine is too busy`,
      )
}

function ratio({ median, low, high }: { median: number; low: number; high: number }): string {
  return `${median.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`
}
