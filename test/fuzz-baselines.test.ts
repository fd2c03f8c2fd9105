import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { readHead, readPart } from '../plugin/baselines/form.ts'
import { createBaselines } from '../plugin/baselines/index.ts'
import { writeBaseline } from '../plugin/baselines/write.ts'
import { ProfilerError } from '../plugin/errors.ts'
import { diffSteps } from '../plugin/model/diff.ts'
import { BadProfile } from '../plugin/model/raw-profile.ts'
import { atOnce } from '../plugin/model/steps.ts'
import { measuredRoute } from './baselines-data.ts'
import { answersInTime, inputs } from './fuzz-runs.ts'

const course = { requests: 20, blocks: [{ meanMs: 5, variance: 1.5, leastMs: 3 }, null] }
const about = { name: 'one', savedAt: '', node: '', version: '', commit: '', course }
const { measured } = measuredRoute('GET /a', 12)
const whole = await writeBaseline(about, [{ route: 'GET /a', measured }])

/** The bytes with some of them changed, put in or taken out. */
const mutated = fc
  .array(
    fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.constantFrom('set', 'cut', 'insert', 'truncate')),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((changes) => {
    let bytes = Buffer.from(whole)
    for (const [at, byte, how] of changes) {
      if (how === 'set' && at < bytes.length) bytes[at] = byte
      else if (how === 'cut') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
      else if (how === 'insert')
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)])
      else bytes = bytes.subarray(0, at)
    }
    return bytes
  })

/** What a hostile writer puts in place of any part, with a sum that is right. */
const wildPart = fc
  .tuple(
    fc.constantFrom(
      'profile',
      'spread',
      'latency',
      'tree',
      'frames',
      'parent',
      'frame',
      'selfUs',
      'samples',
      'self',
      'own',
      'requests',
      'root',
    ),
    fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc
        .constantFrom('{"__proto__":{"x":1}}', [-1, 0, 0], [-1, 5], [1e308, 1e308], -1, 1e308, 0.5)
        .map((value) => value),
    ),
  )
  .map(([field, value]) => JSON.stringify(measured, (name, given) => (name === field ? value : given)))

describe('whatever stands in the folder', () => {
  let path: string
  before(() => {
    path = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
  })
  after(() => rmSync(path, { recursive: true, force: true }))

  test('damaged bytes are refused, and never taken for what was saved', async () => {
    const { list, read, readNow } = createBaselines({
      path,
      root: path,
      maxBytes: 2 ** 26,
      grown() {},
      warn() {},
    })
    await fc.assert(
      fc.asyncProperty(mutated, async (bytes) => {
        writeFileSync(join(path, 'baseline-one.json'), bytes)
        await answersInTime(list(), () => 'list')
        try {
          const found = await answersInTime(read('one', undefined, undefined), () => 'read')
          assert.deepEqual(found.profile.tree, measured.profile.tree)
          readNow('one', undefined, undefined)
        } catch (error) {
          assert.ok(error instanceof ProfilerError && error.statusCode < 500, String(error))
          assert.throws(() => readNow('one', undefined, undefined), ProfilerError)
        }
      }),
      inputs(400),
    )
  })

  test('a hostile profile with a right sum is refused, or can be compared', () => {
    fc.assert(
      fc.property(wildPart, (text) => {
        const line = Buffer.from(text)
        const head = { ...JSON.parse(whole.subarray(0, whole.indexOf(10)).toString()) }
        const [part] = head.routes
        try {
          const sha256 = createHash('sha256').update(line).digest('hex')
          const found = atOnce(readPart(line, { ...part, from: 0, bytes: line.length, sha256 }))
          const diff = atOnce(diffSteps({ ...found }, { ...measured }))
          assert.ok(diff.functions.every(({ self }) => Number.isFinite(self.differenceMs)))
        } catch (error) {
          assert.ok(error instanceof BadProfile, String(error))
        }
      }),
      inputs(600),
    )
  })

  test('a hostile first line is refused', () => {
    const fields = [
      'name',
      'routes',
      'savedAt',
      'node',
      'version',
      'commit',
      'bytes',
      'sha256',
      'route',
      'requests',
      'ownMs',
      'latency',
    ]
    const head = JSON.parse(whole.subarray(0, whole.indexOf(10)).toString())
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 }), (field, value) => {
        const line = JSON.stringify(head, (name, given) => (name === field ? value : given))
        try {
          const read = readHead(Buffer.from(`${line}\n`), whole.length)
          assert.ok(read.routes.length > 0)
        } catch (error) {
          assert.ok(error instanceof BadProfile, String(error))
        }
      }),
      inputs(600),
    )
  })
})
