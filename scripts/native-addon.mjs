import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './run.mjs'

/**
 * Makes `v8-profiler-next` load on another Node too: builds it against the headers that come with that Node and
 * puts the binary beside those of other versions, where the package looks for it. What was built, or why it could
 * not be, is kept in `.matrix`.
 * @param {string} node path of the executable
 * @returns {string} the outcome, in words
 */
export function buildAddon(node) {
  const installed = join(root, 'node_modules/v8-profiler-next')
  if (!existsSync(installed)) return 'v8-profiler-next is not installed'
  const abi = abiOf(node)
  const target = join(installed, 'build/binding/Release', abi, 'profiler.node')
  if (existsSync(target)) return 'v8-profiler-next is installed'

  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const cached = join(root, '.matrix', `v8-profiler-next-${version}-${abi}`)
  const binary = join(cached, 'build/Release/profiler.node')
  const failed = join(cached, 'failed')
  if (!existsSync(binary) && !existsSync(failed)) {
    const problem = compile(node, installed, cached)
    if (problem !== undefined) writeFileSync(failed, problem)
  }
  if (existsSync(failed)) return `no v8-profiler-next: ${readFileSync(failed, 'utf8')}`
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(binary, target)
  return 'v8-profiler-next built'
}

/** What the package names the folder for that Node: `node-v127-linux-x64`. */
function abiOf(node) {
  const expression = "['node-v' + process.versions.modules, process.platform, process.arch].join('-')"
  return execFileSync(node, ['-p', expression], { encoding: 'utf8' }).trim()
}

/** Builds the addon in the folder `cached`. Returns why that failed, or undefined. */
function compile(node, installed, cached) {
  rmSync(cached, { recursive: true, force: true })
  cpSync(installed, cached, { recursive: true, filter: (path) => path !== join(installed, 'build') })
  // The step after the build wants variables that only the package's own installer sets.
  writeFileSync(join(cached, 'config.gypi'), '{ "variables": { "action_after_build": "false" } }')
  const headers = dirname(dirname(node))
  if (!existsSync(join(headers, 'include/node/node.h'))) return 'that Node came without headers'
  const gyp = nodeGyp()
  if (gyp === undefined) return 'npm has no node-gyp'
  // A nodedir of npm's own settings would win over the argument, and build for the Node that npm runs on.
  const env = {
    ...process.env,
    PATH: `${dirname(node)}:${process.env.PATH}`,
    npm_config_nodedir: headers,
    NPM_CONFIG_NODEDIR: headers,
  }
  const args = [gyp, 'rebuild', `--nodedir=${headers}`, '--jobs=max', '--loglevel=error']
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: cached, env, encoding: 'utf8' })
  if (status === 0) return loads(node, join(cached, 'build/Release/profiler.node'))
  writeFileSync(join(cached, 'build.log'), stdout + stderr)
  const error = /error: (.*)/.exec(stderr)?.[1] ?? 'see its build.log in .matrix'
  return `does not compile (${error})`
}

/** Why that Node cannot load the binary; undefined when it can. */
function loads(node, binary) {
  const { status, stderr } = spawnSync(node, ['-e', 'require(process.argv[1])', binary], { encoding: 'utf8' })
  if (status === 0) return undefined
  return `does not load (${/Error: (.*)/.exec(stderr)?.[1] ?? `exit code ${status}`})`
}

/** Path of the node-gyp that comes with npm. */
function nodeGyp() {
  const { npm_config_node_gyp: told, npm_execpath: npm } = process.env
  if (told !== undefined && existsSync(told)) return told
  if (npm === undefined) return undefined
  try {
    return createRequire(npm).resolve('node-gyp/bin/node-gyp.js')
  } catch {
    return undefined
  }
}
