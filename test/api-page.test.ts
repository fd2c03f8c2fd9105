import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { apiApp, builtPage } from './api-app.ts'

describe('the page', () => {
  test('is served with its files, and nothing else', async (t) => {
    const { app } = await apiApp(t)
    const page = await app.inject('/__profile/')
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
    assert.match(page.body, /^<!doctype html>/)
    assert.equal((await app.inject('/__profile/index.html')).body, page.body)
    assert.equal((await app.inject('/__profile/assets/main.js')).body, 'export {}')
    assert.equal(
      (await app.inject('/__profile/assets/main.css')).headers['content-type'],
      'text/css; charset=utf-8',
    )
    for (const url of [
      '/__profile/.env',
      '/__profile/%2eenv',
      '/__profile/assets',
      '/__profile/assets/',
      '/__profile/..%2fsecret.txt',
    ]) {
      assert.equal((await app.inject(url)).statusCode, 404, url)
    }
  })

  test('is told when it was not built', async (t) => {
    const empty = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
    t.after(() => rmSync(empty, { recursive: true }))
    for (const pageRoot of [empty, join(empty, 'none')]) {
      const lines: string[] = []
      const logger = { level: 'warn', stream: { write: (line: string) => lines.push(line) } }
      const { app } = await apiApp(t, { pageRoot, fastify: { logger } })
      const response = await app.inject('/__profile/')
      assert.deepEqual([response.statusCode, response.json().code], [404, 'FST_PROFILER_NOT_BUILT'])
      assert.match(response.json().message, /npm run build/)
      assert.equal((await app.inject('/__profile/api/status')).statusCode, 200)
      // Once, when it starts.
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).msg),
        [
          'fastify-profiler: the files of the dashboard are missing: keep fastify-profiler out of your bundle, or, in a clone of it, run "npm run build", and start again',
        ],
      )
    }
  })

  test('is served as it is now; files that went away are not found', async (t) => {
    const pageRoot = builtPage(t)
    const { app } = await apiApp(t, { pageRoot })
    writeFileSync(join(pageRoot, 'index.html'), 'built again')
    assert.equal((await app.inject('/__profile/')).body, 'built again')
    unlinkSync(join(pageRoot, 'assets', 'main.js'))
    unlinkSync(join(pageRoot, 'index.html'))
    for (const url of ['/__profile/assets/main.js', '/__profile/index.html', '/__profile/']) {
      const response = await app.inject(url)
      assert.equal(response.statusCode, 404, url)
      assert.match(response.json().code, /^FST_PROFILER_/)
      assert.doesNotMatch(response.body, /tmp/)
    }
  })
})

describe('the bare prefix', () => {
  test('leads to the page by a relative link, the query with it', async (t) => {
    const { app } = await apiApp(t)
    const led = async (url: string): Promise<unknown> => {
      const response = await app.inject(url)
      assert.equal(response.statusCode, 302, url)
      return response.headers.location
    }
    assert.equal(await led('/__profile'), '__profile/')
    assert.equal(await led('/__profile?route=GET%20%2Fa&x'), '__profile/?route=GET%20%2Fa&x')
    assert.equal(await led('/%5F%5Fprofile'), '__profile/')
  })

  test('leaves out a query that can stand in no header', async (t) => {
    const { app } = await apiApp(t, { fastify: { rewriteUrl: () => '/__profile?a=\n\u20ac' } })
    const { statusCode, headers } = await app.inject('/x')
    assert.deepEqual([statusCode, headers.location], [302, '__profile/'])
  })

  test('leads to the page below a longer prefix, whatever stands before it at a proxy', async (t) => {
    const { app } = await apiApp(t, { options: { prefix: '/admin/profiler' } })
    const { location } = (await app.inject('/admin/profiler')).headers
    assert.equal(location, 'profiler/')
    assert.equal(
      new URL(location as string, 'https://host/behind/admin/profiler').pathname,
      '/behind/admin/profiler/',
    )
    assert.equal((await app.inject('/admin/profiler/api/status')).statusCode, 200)
    assert.equal((await app.inject('/admin')).json().code, undefined)
  })

  const routers = {
    ignoreTrailingSlash: true,
    ignoreDuplicateSlashes: true,
    caseSensitive: false,
    useSemicolonDelimiter: true,
  }
  for (const [option, value] of Object.entries(routers)) {
    test(`leads to the page with ${option}`, async (t) => {
      const { app } = await apiApp(t, { fastify: { routerOptions: { [option]: value } } })
      assert.equal((await app.inject('/__profile')).headers.location, '__profile/')
      assert.equal((await app.inject('/__profile?x')).headers.location, '__profile/?x')
      assert.equal((await app.inject('/__profile/')).statusCode, 200)
      assert.equal((await app.inject('/__profile/?x')).statusCode, 200)
      assert.equal((await app.inject('/__profile/api/status')).statusCode, 200)
    })
  }

  test('with options of Fastify that change routes: no HEAD routes, a time limit for handlers', async (t) => {
    const { app } = await apiApp(t, { fastify: { exposeHeadRoutes: false, handlerTimeout: 5000 } as never })
    assert.equal((await app.inject({ method: 'HEAD', url: '/__profile/api/status' })).statusCode, 200)
    assert.equal((await app.inject({ method: 'HEAD', url: '/__profile' })).statusCode, 302)
  })
})
