import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { root } from './run.mjs'

const windows = process.platform === 'win32'

/**
 * Finds a Node of this major version: the one that runs, one on `PATH` (`node22`), one of nvm or fnm, or else the npm
 * registry's package for the platform, installed in `.matrix`.
 * @param {string} major
 * @returns {string | undefined} path of the executable; undefined where none can be had
 */
export function findNode(major) {
  const candidates = [process.execPath, ...onPath(major), ...ofVersionManagers(major), packaged(major)]
  const found = candidates.find((path) => majorOf(path) === major)
  if (found !== undefined) return found
  install(major)
  return majorOf(packaged(major)) === major ? packaged(major) : undefined
}

/** Full version of that Node, without the `v`. */
export function versionOf(node) {
  return execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()
}

function majorOf(node) {
  try {
    return existsSync(node) ? versionOf(node).split('.')[0] : undefined
  } catch {
    return undefined
  }
}

function onPath(major) {
  const folders = (process.env.PATH ?? '').split(windows ? ';' : ':').filter(Boolean)
  const names = windows ? [`node${major}.exe`, 'node.exe'] : [`node${major}`, `node-${major}`, 'node']
  return folders.flatMap((folder) => names.map((name) => join(folder, name)))
}

function ofVersionManagers(major) {
  const nvm = join(process.env.NVM_DIR ?? join(homedir(), '.nvm'), 'versions/node')
  const fnm = join(process.env.FNM_DIR ?? join(homedir(), '.local/share/fnm'), 'node-versions')
  const executable = windows ? 'node.exe' : 'bin/node'
  return [
    ...versionsIn(nvm, major).map((folder) => join(folder, executable)),
    ...versionsIn(fnm, major).map((folder) => join(folder, 'installation', executable)),
  ]
}

/** Names of the folders that hold this major version, newest first. */
function versionsIn(folder, major) {
  if (!existsSync(folder)) return []
  const versions = readdirSync(folder).filter((name) => name.startsWith(`v${major}.`))
  versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return versions.map((version) => join(folder, version))
}

function packageName() {
  return `node-${windows ? 'win' : process.platform}-${process.arch}`
}

function packaged(major) {
  const folder = join(root, '.matrix', `node${major}`, 'node_modules', packageName())
  return join(folder, 'bin', windows ? 'node.exe' : 'node')
}

function install(major) {
  const folder = join(root, '.matrix', `node${major}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${packageName()}@${major}`]
  try {
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: windows })
  } catch {
    console.error(`could not install ${packageName()}@${major}`)
  }
}
