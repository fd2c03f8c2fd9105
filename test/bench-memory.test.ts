import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChild } from './child.ts'

test('a kept sample takes the bytes that are counted for it', async () => {
  const source = `
    import { memory } from './bench/memory.ts'
    console.log(JSON.stringify(memory()))`
  const { stdout, stderr, code } = await runChild(source, { nodeArgs: ['--expose-gc'] })
  assert.equal(code, 0, stderr)
  const { requests, bytesPerSample, measuredPerSample, saidOverMeasured } = JSON.parse(stdout)
  assert.ok(requests > 1000)
  assert.ok(measuredPerSample > 0.9 * bytesPerSample, `${measuredPerSample} bytes`)
  assert.ok(measuredPerSample < 1.25 * bytesPerSample, `${measuredPerSample} bytes`)
  assert.ok(saidOverMeasured > 0.8 && saidOverMeasured < 1.25, `${saidOverMeasured} times what is there`)
})
