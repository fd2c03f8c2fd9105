import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyStaticOptions } from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { ProfilerError } from '../errors.ts'
import { isThere } from '../is-there.ts'
import { moduleUrl } from '../module-url.ts'
import { hidden } from '../requests/own.ts'
import { sendBody } from './answer.ts'
import { coded } from './failure.ts'
import { pageConfig } from './guard.ts'

/** Where the build puts the page, relative to the source or to the single file that is published. */
const here = moduleUrl(import.meta.url)
const builtPage = new URL(here.endsWith('.ts') ? '../../dist/dashboard' : '../dashboard', here)

const notBuilt =
  'the files of the dashboard are missing: keep fastify-profiler out of your bundle, or, in a clone of it, run "npm run build", and start again'

/**
 * Serves the page and its files. The files are listed once, here; nothing else on the disk can be reached.
 *
 * Without a trailing slash the page's relative links would miss the prefix, so such a request is redirected. The
 * redirect is relative too, so that it works behind a proxy that serves the application below a path of its own.
 */
export function pageRoutes(scope: FastifyInstance, root = fileURLToPath(builtPage)): void {
  const index = join(root, 'index.html')
  /** Why there is no page; `''` if there is one. */
  let missing = isThere(index) ? '' : notBuilt
  const lastSegment = scope.prefix.slice(scope.prefix.lastIndexOf('/') + 1)

  scope.route({
    method: ['GET', 'HEAD'],
    url: '/',
    config: pageConfig,
    schema: hidden,
    handler: coded(async (request, reply) => {
      const [path, query] = splitQuery(request.raw.url ?? '')
      if (!path.endsWith('/')) {
        reply.redirect(`${lastSegment}/${query}`, 302)
        return
      }
      const page = missing === '' ? await readFile(index, 'utf8').catch(() => undefined) : undefined
      if (page === undefined) {
        throw new ProfilerError('FST_PROFILER_NOT_BUILT', missing || notBuilt, 404)
      }
      sendBody(reply, 'text/html; charset=utf-8', page)
    }),
  })

  if (missing !== '') {
    scope.log.warn(`fastify-profiler: ${missing}`)
    return
  }
  const files = import('@fastify/static').catch((err) => {
    missing = 'the dashboard cannot be shown, because @fastify/static does not load; the log says why'
    scope.log.warn({ err }, `fastify-profiler: ${missing}`)
    return { default: nothing }
  })
  scope.register<FastifyStaticOptions>(files, {
    root,
    wildcard: false,
    index: false,
    decorateReply: false,
    dotfiles: 'deny',
    redirect: false,
    cacheControl: false,
    etag: false,
    lastModified: false,
  })
}

/** Takes the place of a plugin that does not load: an application must start nevertheless. */
async function nothing(): Promise<void> {}

/** Splits a URL into path and query with its `?` (or `;`, if Fastify allows it); `''` if that cannot be in a header. */
function splitQuery(url: string): [string, string] {
  const start = url.search(/[?;]/)
  if (start < 0) return [url, '']
  const query = url.slice(start)
  return [url.slice(0, start), /^[\x21-\x7e]*$/.test(query) ? query : '']
}
