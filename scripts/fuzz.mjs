// Runs the tests of what strangers may send with ten times as many inputs, more than 100,000, and different ones each
// time: `npm run fuzz`, or `npm run fuzz -- 100` for a hundred times as many. FUZZ_SEED repeats the inputs of a run.

import { run } from './run.mjs'

const [times = '10'] = process.argv.slice(2)
const seed = process.env.FUZZ_SEED ?? String(Math.floor(Math.random() * 2 ** 31))
if (!(Number(times) > 0)) throw new Error(`expected how many times as many inputs to try, not "${times}"`)
console.log(`FUZZ_SEED=${seed}`)
Object.assign(process.env, { FUZZ: times, FUZZ_SEED: seed })
run(process.execPath, ['scripts/test.mjs', 'fuzz'])
