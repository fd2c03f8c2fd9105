import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Profile } from '../../plugin/model/profile.ts'
import { childLists } from '../../plugin/model/tree.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const site = join(here, 'dist')
const data = join(site, 'data')

/** A site of other people's flame graphs, each on a page that shows the file whose path follows its `#`. */
export interface Comparators {
  readonly url: string
  /** Puts a file on the site; returns its path there. */
  write(name: string, text: string): string
  close(): void
}

/** Installs the other viewers unless they are there, builds their pages, and serves them. */
export async function serveComparators(): Promise<Comparators> {
  if (!existsSync(join(here, 'node_modules'))) {
    console.log('  installing the viewers to compare with (bench/page/package.json)')
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    execFileSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' })
  }
  await build({
    configFile: false,
    root: here,
    base: './',
    logLevel: 'error',
    build: {
      outDir: site,
      emptyOutDir: true,
      target: 'chrome123',
      chunkSizeWarningLimit: 5000,
      rolldownOptions: { input: ['d3.html', 'react-pprof.html'].map((name) => join(here, name)) },
    },
  })
  mkdirSync(data, { recursive: true })
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    const speedscope = join(here, 'node_modules/speedscope/dist/release')
    const file = path.startsWith('/speedscope/') ? join(speedscope, path.slice(11)) : join(site, path)
    if (!existsSync(file)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
    response.end(readFileSync(file))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const write = (name: string, text: string) => {
    writeFileSync(join(data, name), text)
    return `data/${name}`
  }
  return { url, write, close: () => void server.close() }
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
}

/** Writes the profile as `d3-flame-graph` wants it; returns its path on the site. */
export function writeForD3(name: string, { frames, tree }: Profile): string {
  const { first, next } = childLists(tree)
  interface Node {
    name: string
    value: number
    children: Node[]
  }
  const nodes = tree.frame.map(
    (frame, i): Node => ({ name: frames[frame].name, value: tree.selfUs[i], children: [] }),
  )
  for (let i = 0; i < nodes.length; i++) {
    for (let child = first[i]; child >= 0; child = next[child]) nodes[i].children.push(nodes[child])
  }
  writeFileSync(join(data, `${name}.d3.json`), JSON.stringify(nodes[0]))
  return `data/${name}.d3.json`
}

/** Writes the profile as `react-pprof` wants it; returns its path on the site. */
export function writeForReactPprof(name: string, profile: Profile): string {
  const from = join(data, `${name}.json`)
  writeFileSync(from, JSON.stringify(profile))
  execFileSync(process.execPath, [join(here, 'to-pprof.js'), from, join(data, `${name}.pb`)])
  return `data/${name}.pb`
}
