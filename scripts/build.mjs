// Builds what is published: dist/plugin (ES modules and their types) and dist/dashboard (the page, bundled).

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runTool } from './run.mjs'

rmSync(join(root, 'dist'), { recursive: true, force: true })
// Forced: the notes of an earlier build would say that the files just removed are up to date.
runTool('typescript', ['--build', '--force', 'plugin/model', 'plugin'], 'tsc')
rewriteTypeImports(join(root, 'dist/plugin'))
if (existsSync(join(root, 'vite.config.ts'))) runTool('vite', ['build', '--logLevel', 'warn'])

/** The compiler writes `.js` for `.ts` into the imports of the code it emits, but leaves those of the types. */
function rewriteTypeImports(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    const rewritten = text.replace(/((?:from|import)[ (]['"]\.{1,2}\/[^'"]+)\.ts(?=['"])/g, '$1.js')
    if (rewritten !== text) writeFileSync(path, rewritten)
  }
}
