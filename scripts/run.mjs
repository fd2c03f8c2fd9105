import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder, whatever the current folder is. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const require = createRequire(import.meta.url)

/**
 * Runs a program in the project's folder with this terminal; ends the script with its exit code when it fails.
 * @param {string} file
 * @param {string[]} args
 */
export function run(file, args) {
  const { status, error } = spawnSync(file, args, { cwd: root, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * Runs the command of an installed package with this very Node, without a shell: the same on every platform.
 * @param {string} name of the package
 * @param {string[]} args
 * @param {string} [command] name of the command, where it differs from that of the package
 */
export function runTool(name, args, command = name) {
  const manifest = require.resolve(`${name}/package.json`)
  const { bin } = require(manifest)
  run(process.execPath, [join(dirname(manifest), typeof bin === 'string' ? bin : bin[command]), ...args])
}
