// Prints the path of a Chromium for the browser tests: the one that the environment variable CHROMIUM names, one that
// is installed, or one of Playwright's. With `--install` it installs one where there is none: Debian's package as root
// on Debian, else Playwright's own into the user's cache.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { root } from './run.mjs'

const windows = process.platform === 'win32'
const require = createRequire(import.meta.url)

let found = findChromium()
if (found === undefined && process.argv.includes('--install')) {
  install()
  found = findChromium()
}
if (found === undefined) {
  const advice = 'install one, put its path into CHROMIUM, or run "node scripts/chromium.mjs --install"'
  console.error(`no Chromium found: ${advice}`)
  process.exitCode = 1
} else console.log(found)

/** @returns {string | undefined} */
function findChromium() {
  const told = process.env.CHROMIUM
  if (told) return existsSync(told) ? told : undefined
  return [...onPath(), ...usualPlaces(), playwrightPath()].find(
    (path) => path !== undefined && existsSync(path),
  )
}

function onPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, windows ? `${name}.exe` : name)))
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge']
    return apps.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  }
  if (!windows) return []
  const { PROGRAMFILES, 'PROGRAMFILES(X86)': programs32, LOCALAPPDATA } = process.env
  const places = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe']
  return [PROGRAMFILES, programs32, LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => places.map((place) => join(folder, place)))
}

/** Where Playwright keeps its own Chromium, installed or not. */
function playwrightPath() {
  try {
    return require('playwright-core').chromium.executablePath()
  } catch {
    return undefined
  }
}

function install() {
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    const updated = run('apt-get', ['update', '-q'])
    if (updated && run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'])) return
  }
  const cli = join(dirname(require.resolve('playwright-core/package.json')), 'cli.js')
  run(process.execPath, [cli, 'install', 'chromium'])
}

/** Runs a command; what it prints goes to the error stream, since the standard output is for the path. */
function run(file, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(file, args, { cwd: root, env, stdio: ['ignore', 2, 2] }).status === 0
}
