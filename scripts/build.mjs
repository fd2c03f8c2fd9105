// Builds what is published: dist/plugin (a few ES modules and their types) and dist/dashboard (the page, bundled).

import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { root, runTool } from './run.mjs'

const types = join(root, '.cache/plugin')
const plugin = join(root, 'dist/plugin')

rmSync(join(root, 'dist'), { recursive: true, force: true })
runTool('typescript', ['--build', 'plugin'], 'tsc')
copyTypes('index.d.ts')
await bundlePlugin()
copyPprofFormat()
runTool('vite', ['build', '--logLevel', 'warn'])

/**
 * Copies a file of types and those that it imports. The compiler leaves `.ts` in its imports, which becomes `.js`, and
 * imports that name nothing, which give no types: those are left out, and so are the files that only they would bring.
 */
function copyTypes(name) {
  const target = join(plugin, name)
  if (existsSync(target)) return
  cpSync(join(types, name), target)
  const text = readFileSync(target, 'utf8').replace(/^import '[^']+';\n/gm, '')
  const relative = /((?:from|import)[ (]['"](\.{1,2}\/[^'"]+))\.ts(?=['"])/g
  writeFileSync(target, text.replace(relative, '$1.js'))
  for (const [, , path] of text.matchAll(relative)) copyTypes(join(dirname(name), `${path}.d.ts`))
}

/**
 * Bundles the plugin into three files, since each file takes time to load: `index.js`, all that an application loads
 * where the profiler is off; `install.js`, loaded where it is on; and what both need.
 */
async function bundlePlugin() {
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: plugin,
      emptyOutDir: false,
      target: 'node20.19',
      minify: false,
      rolldownOptions: {
        input: { index: 'plugin/index.ts', install: 'plugin/install.ts' },
        // Two modules are imported only for what they do when they load.
        treeshake: { moduleSideEffects: true },
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: '[name].js',
          comments: { annotation: false },
          codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
        },
      },
    },
  })
}

/** Copies what `plugin/formats/pprof.ts` loads when it is needed: one file, which needs no other. */
function copyPprofFormat() {
  const text = readFileSync(createRequire(import.meta.url).resolve('pprof-format'), 'utf8')
  writeFileSync(join(plugin, 'pprof-format.cjs'), text.replace(/\/\/# sourceMappingURL=.*/, ''))
}
