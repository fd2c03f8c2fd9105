import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Frame } from '../plugin/model/profile.ts'
import type { RawFrame } from '../plugin/model/raw-tree.ts'

/** What a process of its own says about a function that it ran, profiled and looked up. */
export interface Found {
  readonly raw: RawFrame
  readonly frame: Frame
  /** Lines in the source of the lines in which V8 saw samples, without repetition. */
  readonly lines: readonly number[]
}

export interface Folder {
  readonly path: string
  write(name: string, text: string): string
  /** Runs a module of the folder and answers with its functions. */
  run(module: string, flags?: readonly string[]): Found[]
  remove(): void
}

const require = createRequire(import.meta.url)
const here = dirname(fileURLToPath(import.meta.url))

/** esbuild, which comes with tsx. */
export const esbuild: typeof import('esbuild') = createRequire(require.resolve('tsx'))('esbuild')
export const tsxFlag = `--import=${pathToFileURL(require.resolve('tsx'))}`

/** An application's folder with the profiler's reader beside it, bundled so that any process can load it. */
export function createFolder(): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'profiler symbols ')))
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
    return join(path, name)
  }
  const reader = join(path, 'tool', 'reader.mjs')
  esbuild.buildSync({
    entryPoints: [join(here, 'transpiled-child.ts')],
    outfile: reader,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  })
  symlinkSync(join(here, '../node_modules'), join(path, 'tool/node_modules'), 'junction')
  return {
    path,
    write,
    run(module, flags = []) {
      const args = [...flags, reader, path, join(path, module)]
      const env = { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' }
      const answer = execFileSync(process.execPath, args, { cwd: path, encoding: 'utf8', env, stdio: 'pipe' })
      return JSON.parse(answer.slice(answer.lastIndexOf('\n[') + 1))
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
