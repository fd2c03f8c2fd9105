import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import Fastify, { type FastifyInstance, type FastifyServerOptions, type RouteOptions } from 'fastify'
import { registerApi } from '../plugin/api/index.ts'
import { checkOptions, type ProfilerOptions } from '../plugin/options/index.ts'
import { type HandMade, handMade } from './api-backend.ts'

export interface ApiApp {
  readonly app: FastifyInstance
  readonly backend: HandMade
  /** Method and URL of every route in the dashboard's scope. */
  readonly routes: readonly { method: string; url: string }[]
}

interface Setup {
  readonly options?: ProfilerOptions
  readonly fastify?: FastifyServerOptions
  /** Runs before the dashboard is registered. */
  readonly before?: (app: FastifyInstance) => void
  readonly after?: (app: FastifyInstance) => void
  /** Folder of the built page; one with a page and two files when not given. */
  readonly pageRoot?: string
}

/** An application with one route of its own, `GET /app`, and the dashboard over a hand-made backend. */
export async function apiApp(t: TestContext, setup: Setup = {}): Promise<ApiApp> {
  const backend = handMade()
  const settings = checkOptions(setup.options)
  const pageRoot = setup.pageRoot ?? builtPage(t)
  const app = Fastify(setup.fastify ?? {})
  const routes: { method: string; url: string }[] = []
  app.get('/app', async () => ({ app: true }))
  setup.before?.(app)
  app.register(
    async (scope) => {
      scope.addHook('onRoute', (route: RouteOptions) => {
        for (const method of [route.method].flat()) routes.push({ method, url: route.url })
      })
      registerApi(scope, backend, settings, pageRoot)
    },
    { prefix: settings.prefix },
  )
  setup.after?.(app)
  t.after(() => app.close())
  await app.ready()
  return { app, backend, routes }
}

/** A folder as the build leaves it, with a file beside it that must never be served. */
export function builtPage(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fastify-profiler-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const root = join(folder, 'dashboard')
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(
    join(root, 'index.html'),
    '<!doctype html><script type="module" src="./assets/main.js"></script>',
  )
  writeFileSync(join(root, 'assets', 'main.js'), 'export {}')
  writeFileSync(join(root, 'assets', 'main.css'), 'body{}')
  writeFileSync(join(root, '.env'), 'secret')
  return root
}
