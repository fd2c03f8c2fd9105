import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ErrorAnswer } from '../plugin/model/wire/paths.ts'
import type { SourceAnswer } from '../plugin/model/wire/source.ts'
import { createFolder, esbuild } from './transpiled.ts'

const here = dirname(fileURLToPath(import.meta.url))

const burn = `
export function burn(ms) {
  const end = performance.now() + ms
  let sum = 0
  while (performance.now() < end) {
    for (let i = 0; i < 1000; i++) sum += Math.sqrt(i)
  }
  return sum
}
`
const typed = `interface Dropped {
  readonly ms: number
}
${burn.replace('ms', 'ms: number')}`

/** Serves, profiles itself, and prints its answers to the questions in its arguments, in their order. */
const main = `
import Fastify from 'fastify'
import profiler from './tool/plugin.mjs'
import { burn } from './src/burn.mjs'
import { burn as typed } from './dist/typed.mjs'

const app = Fastify()
await app.register(profiler, { sampler: 'inspector', samplingIntervalUs: 200, editor: 'cursor' })
app.get('/burn', async () => burn(20) + typed(20))
for (let i = 0; i < 10; i++) await app.inject('/burn')
const answers = []
for (const file of process.argv.slice(2)) {
  const query = new URLSearchParams({ file, route: 'GET /burn' })
  answers.push((await app.inject('/__profile/api/source?' + query)).json())
}
console.log(JSON.stringify(answers))
await app.close()
`

describe('sources of an application that runs', () => {
  const folder = createFolder()
  let answers: (SourceAnswer & ErrorAnswer)[]
  const asked = [
    'src/burn.mjs',
    'src/typed.ts',
    'src/other.mjs',
    'package.json',
    'main.mjs',
    'dist/typed.mjs',
  ]

  before(async () => {
    symlinkSync(join(here, '..', 'node_modules'), join(folder.path, 'node_modules'))
    folder.write('package.json', '{}')
    folder.write('src/burn.mjs', burn)
    folder.write('src/other.mjs', 'export {}')
    folder.write('main.mjs', main)
    const { code, map } = esbuild.transformSync(typed, {
      loader: 'ts',
      sourcemap: 'external',
      sourcefile: '../src/typed.ts',
    })
    folder.write('dist/typed.mjs', `${code}//# sourceMappingURL=typed.mjs.map\n`)
    folder.write('dist/typed.mjs.map', map)
    esbuild.buildSync({
      entryPoints: [join(here, '..', 'plugin', 'index.ts')],
      outfile: join(folder.path, 'tool', 'plugin.mjs'),
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      logLevel: 'error',
    })
    const env = { ...process.env, NODE_ENV: '', FASTIFY_PROFILER: '1', NODE_OPTIONS: '' }
    const { stdout } = await promisify(execFile)(process.execPath, ['main.mjs', ...asked], {
      cwd: folder.path,
      env,
    })
    answers = JSON.parse(stdout)
  })
  after(() => folder.remove())

  /** All but the first of these lines are those of the loop. */
  const check = (answer: SourceAnswer, text: string, file: string, firstLine: number) => {
    assert.equal(answer.text, text)
    const one = answer.functions.find(({ name }) => name === 'burn')
    assert.ok(one && one.selfMs > 0 && one.totalMs >= one.selfMs, JSON.stringify(answer.functions))
    assert.equal(one.line, firstLine)
    assert.ok(answer.lines.length > 0)
    for (const { line, selfMs, samples } of answer.lines) {
      assert.ok(line >= firstLine && line <= firstLine + 7 && selfMs > 0 && samples > 0, `line ${line}`)
    }
    const placed = answer.lines.reduce((sum, line) => sum + line.selfMs, 0)
    const unplaced = answer.functions.reduce((sum, { unplacedMs }) => sum + unplacedMs, 0)
    assert.ok(Math.abs(answer.selfMs - placed - unplaced) < 1e-6)
    assert.equal(answer.file, file)
  }

  test('what runs as it is written', () => {
    check(answers[0], burn, 'src/burn.mjs', 2)
    assert.equal(answers[0].changed, false)
    assert.deepEqual(answers[0].editor, {
      name: 'Cursor',
      url: `cursor://file${encodeURI(join(folder.path, 'src/burn.mjs'))}:{line}:{column}`,
    })
  })

  test('what was compiled, from its map, without the original on the disk', () => {
    check(answers[1], typed, 'src/typed.ts', 5)
    assert.equal(answers[1].editor, null, 'there is nothing to open')
  })

  test('nothing else', () => {
    for (const [i, file] of ['src/other.mjs', 'package.json'].entries()) {
      const { statusCode, code, message } = answers[i + 2]
      assert.deepEqual(
        { statusCode, code, message },
        { statusCode: 404, code: 'FST_PROFILER_NOT_FOUND', message: `file "${file}" not found` },
      )
    }
    assert.equal(answers[4].text, main, 'the handler stands in it')
    assert.equal(answers[5].code, 'FST_PROFILER_NOT_FOUND', 'the compiled file has another name in profiles')
  })
})
