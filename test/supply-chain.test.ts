import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

interface Locked {
  readonly version: string
  readonly license?: string
  readonly integrity?: string
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly optional?: boolean
}
const locked: Readonly<Record<string, Locked>> = JSON.parse(read('package-lock.json')).packages
const manifest = JSON.parse(read('package.json'))

/** Where Node finds a package that is asked for from a place in `node_modules`. */
function find(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const path = `${folder}/node_modules/${name}`.replace(/^\//, '')
    if (locked[path] !== undefined) return path
    if (!folder.includes('/node_modules/')) return folder === '' ? undefined : find(name, '')
  }
}

/** Everything that a user gets with some of our dependencies, by its place in the lockfile. */
function installed(names: readonly string[]): Set<string> {
  const found = new Set<string>()
  const visit = (name: string, from: string) => {
    const path = find(name, from)
    if (path === undefined) {
      assert.ok(locked[from]?.optionalDependencies?.[name] !== undefined, `${name} of ${from} is not locked`)
      return
    }
    if (found.has(path)) return
    found.add(path)
    const { dependencies = {}, optionalDependencies = {} } = locked[path]
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next, path)
  }
  for (const name of names) visit(name, '')
  return found
}

const required = Object.keys(manifest.dependencies)
const optional = Object.keys(manifest.optionalDependencies)

describe('dependencies', () => {
  test('are few at run time, and the README says what each is for', () => {
    const readme = read('README.md')
    assert.ok(required.length <= 4, required.join(', '))
    assert.deepEqual(optional, ['v8-profiler-next'])
    for (const name of [...required, ...optional]) {
      assert.match(readme, new RegExp(`^\\| \`${name}\` \\| \\w.{20,}`, 'm'), name)
    }
  })

  test('have licences that ask for no more than to be named', () => {
    const fine = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '0BSD']
    const all = installed([...required, ...optional])
    assert.ok(all.size > 10, `${all.size} packages`)
    const others = [...all].filter((path) => !fine.includes(locked[path].license ?? 'none'))
    assert.deepEqual(
      others.map((path) => `${path}: ${locked[path].license}`),
      [],
    )
  })

  test('run nothing when they are installed, but for the optional one', () => {
    const withScripts = [...installed(required)].filter((path) => locked[path].hasInstallScript)
    assert.deepEqual(withScripts, [])
    const allowed = Object.entries(manifest.allowScripts).filter(([, allowed]) => allowed)
    assert.deepEqual(allowed, [['v8-profiler-next', true]])
  })

  test('are locked by their content, wherever they come from', () => {
    const unlocked = Object.entries(locked).filter(([path, { integrity }]) => path !== '' && !integrity)
    assert.deepEqual(
      unlocked.map(([path]) => path),
      [],
    )
    assert.doesNotMatch(read('package-lock.json'), /"resolved"|https?:\/\/[\w.-]*(registry|npm)/)
  })

  test('that are built into the page or the plugin are named with their licences', () => {
    const notices = read('THIRD-PARTY.md').replace(/\s+/g, ' ')
    const files = readdirSync(join(root, 'dashboard'), { recursive: true, encoding: 'utf8' })
    const imports = files
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) => [...read(join('dashboard', file)).matchAll(/from '([^.'][^']*)'/g)])
      .map(([, name]) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
    assert.ok(imports.includes('preact'))
    for (const name of new Set([...imports, 'pprof-format'])) {
      const licence = read(`node_modules/${name}/LICENSE`).replace(/\s+/g, ' ').trim()
      assert.ok(notices.includes(`## ${name} `) && notices.includes(licence), name)
    }
  })
})

describe('workflows', () => {
  const folder = '.github/workflows'
  const workflows = readdirSync(join(root, folder)).map((name) => ({ name, text: read(join(folder, name)) }))

  test('use actions by the hash of a version, and leave no credentials behind', () => {
    for (const { name, text } of workflows) {
      const uses = [...text.matchAll(/uses: (.*)/g)].map(([, used]) => used)
      assert.ok(uses.length > 0, name)
      for (const used of uses) assert.match(used, /^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name)
      assert.equal(
        text.match(/persist-credentials: false/g)?.length,
        text.match(/actions\/checkout@/g)?.length,
      )
    }
  })

  test('may read the code and no more, except to sign what is published', () => {
    for (const { name, text } of workflows) {
      assert.match(text, /^permissions:\n {2}contents: read\n/m, name)
      const written = [...text.matchAll(/([\w-]+): write/g)].map(([, what]) => what)
      assert.deepEqual(written, name === 'publish.yml' ? ['id-token'] : [], name)
      // What others can choose, a title or a branch, is no part of a command.
      assert.doesNotMatch(text, /run:[^\n]*\$\{\{/, name)
      assert.doesNotMatch(text, /pull_request_target|secrets\./, name)
    }
  })

  test('publish what the lockfile gives, audited and tested, with provenance', () => {
    const { text } = workflows.find(({ name }) => name === 'publish.yml')!
    const commands = [...text.matchAll(/- run: (.*)/g)].map(([, command]) => command)
    const order = ['npm ci', 'npm audit', 'npm test', 'npm publish --provenance --access public']
    assert.deepEqual(
      commands.filter((command) => order.includes(command)),
      order,
    )
  })
})
