// Compiles the example as an application would be compiled, and starts it: `npm run demo`. It gets the arguments. Needs
// a build.
//
// Loaders such as tsx join the lines of what they compile, and V8 samples lines: the dashboard could not tell which
// line is the expensive one.

import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, runTool } from './run.mjs'

const compiled = join(root, '.cache', 'examples')
runTool('typescript', ['--project', 'examples'], 'tsc')
cpSync(join(root, 'examples', 'shop', 'docs'), join(compiled, 'shop', 'docs'), { recursive: true })
await import(pathToFileURL(join(compiled, 'demo.js')).href)
