// Starts the shop with the profiler and with visitors, and says where to look.
// Options: `--no-load`, `--minutes 2`, `--gc`.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { extname } from 'node:path'
import { parseArgs } from 'node:util'
import { buildShop } from './shop/app.ts'

const host = '127.0.0.1'
const { values } = parseArgs({
  options: {
    'no-load': { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    gc: { type: 'boolean', default: false },
  },
})

/** Extension of the example's files: `.ts`, or `.js` when they are compiled. */
const extension = extname(import.meta.url)

const upstream = fork(new URL(`./upstream${extension}`, import.meta.url))
const [ratesPort] = await once(upstream, 'message')
const app = await buildShop({ ratesOrigin: `http://${host}:${ratesPort}` })
const origin = await app.listen({ host, port: await freePort(Number(process.env.PORT ?? 3000)) })
const load = values['no-load'] ? undefined : startLoad()
announce()
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

function startLoad(): ChildProcess {
  const seconds = String(Number(values.minutes) * 60)
  const child = fork(new URL(`./load${extension}`, import.meta.url), [
    origin,
    seconds,
    ...(values.gc ? ['--gc'] : []),
  ])
  child.once('exit', () => {
    if (app.server.listening) console.log('  The load has ended; what was recorded can still be seen.')
  })
  return child
}

function announce(): void {
  const loadLine = load === undefined ? 'none' : `about 30 requests a second for ${values.minutes} minutes`
  console.log(`
  Dashboard   ${origin}/__profile/
  Shop        ${origin}/reports/duplicates, ${origin}/users?search=cork
  Load        ${loadLine}

  Which route makes the others wait, and which of its functions? Ctrl-C stops the demo.
`)
}

/** Prints what the dashboard shows, in the way of Python's profiler, and closes everything. */
async function stop(): Promise<void> {
  if (load?.connected) load.disconnect()
  await app.profiler.flush()
  app.profiler.printStats({ limit: 10 })
  await app.close()
  if (upstream.connected) upstream.disconnect()
}

/** The port itself, or the next one that is free. */
async function freePort(port: number): Promise<number> {
  const probe = createServer()
  try {
    await once(probe.listen(port, host), 'listening')
    return port
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return freePort(port + 1)
  } finally {
    await new Promise((closed) => probe.close(closed))
  }
}
