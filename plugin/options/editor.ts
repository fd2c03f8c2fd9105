import { badOption } from '../errors.ts'
import type { EditorLink } from '../model/wire/source.ts'
import { nearest } from './nearest.ts'

/** Name and URL of editors that can open a file by a URL. */
const editors = {
  vscode: ['VS Code', 'vscode://file/{file}:{line}:{column}'],
  'vscode-insiders': ['VS Code Insiders', 'vscode-insiders://file/{file}:{line}:{column}'],
  vscodium: ['VSCodium', 'vscodium://file/{file}:{line}:{column}'],
  cursor: ['Cursor', 'cursor://file/{file}:{line}:{column}'],
  windsurf: ['Windsurf', 'windsurf://file/{file}:{line}:{column}'],
  zed: ['Zed', 'zed://file/{file}:{line}:{column}'],
  webstorm: ['WebStorm', 'webstorm://open?file={file}&line={line}&column={column}'],
  idea: ['IntelliJ IDEA', 'idea://open?file={file}&line={line}&column={column}'],
  sublime: ['Sublime Text', 'subl://open?url=file://{file}&line={line}&column={column}'],
  textmate: ['TextMate', 'txmt://open?url=file://{file}&line={line}&column={column}'],
  vim: ['MacVim', 'mvim://open?url=file://{file}&line={line}&column={column}'],
  emacs: ['Emacs', 'emacs://open?url=file://{file}&line={line}&column={column}'],
} as const

export type EditorName = keyof typeof editors

export type EditorOption =
  | EditorName
  | (string & {})
  | false
  | {
      /** Name of an editor, or a URL with `{file}` and, if the editor takes them, `{line}` and `{column}`. */
      readonly open?: EditorName | (string & {})
      /** Folders on this machine, and where they are on that of the editor: `{ '/app': '/home/me/shop' }`. */
      readonly paths?: Readonly<Record<string, string>>
    }

/** An editor and how to reach files in it. */
export interface Editor {
  readonly name: string
  /** URL with `{file}`. */
  readonly url: string
  /** Folders on this machine and on that of the editor, without a slash at the end; the longest first. */
  readonly paths: readonly (readonly [here: string, there: string])[]
}

/** Commands in `$EDITOR` that differ from the editor's name here. Terminal editors have no URL. */
const commands: Readonly<Record<string, EditorName>> = {
  code: 'vscode',
  'code-insiders': 'vscode-insiders',
  codium: 'vscodium',
  subl: 'sublime',
  mate: 'textmate',
  mvim: 'vim',
  emacsclient: 'emacs',
}
const fromCommand = ['cursor', 'windsurf', 'zed', 'webstorm', 'idea'] as const satisfies readonly EditorName[]

/** The editor of the option, checked; `undefined` for none. The default comes from `$VISUAL` or `$EDITOR`. */
export function editorOf(
  given: unknown,
  env: Readonly<Record<string, string | undefined>>,
): Editor | undefined {
  if (given === false) return undefined
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
  const { open, paths = {}, ...rest } = (isObject ? given : { open: given }) as Record<string, unknown>
  if (Object.keys(rest).length > 0) throw badOption('editor', given, allowed)
  const chosen = open === undefined ? (editorIn(env.VISUAL) ?? editorIn(env.EDITOR) ?? 'vscode') : open
  return { ...named(chosen, given), paths: pathsOf(paths, given) }
}

const allowed = `${Object.keys(editors).join(', ')}, a URL with "{file}" such as "my-editor://open?file={file}&line={line}", false, or { open, paths }`

function editorIn(command = ''): EditorName | undefined {
  const name = /([^/\\\s]+?)(?:\.\w+)?(?:\s|$)/.exec(command)?.[1] ?? ''
  return Object.hasOwn(commands, name) ? commands[name] : fromCommand.find((known) => known === name)
}

function named(chosen: unknown, given: unknown): Pick<Editor, 'name' | 'url'> {
  if (typeof chosen !== 'string') throw badOption('editor', given, allowed)
  if (Object.hasOwn(editors, chosen)) {
    const [name, url] = editors[chosen as EditorName]
    return { name, url }
  }
  if (isTemplate(chosen)) return { name: 'the editor', url: chosen }
  const meant = nearest(chosen, Object.keys(editors))
  throw badOption('editor', given, meant === undefined ? allowed : `${allowed} (did you mean "${meant}"?)`)
}

/** Whether a URL is a template for a link, and not something that a browser would run. */
function isTemplate(url: string): boolean {
  const scheme = /^([a-z][a-z\d+.-]*):[\x21-\x7e]+$/i.exec(url)?.[1].toLowerCase()
  if (scheme === undefined || ['javascript', 'data', 'vbscript', 'blob', 'about'].includes(scheme))
    return false
  const places = [...url.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name)
  return (
    places.filter((name) => name === 'file').length === 1 &&
    places.every((name) => ['file', 'line', 'column'].includes(name))
  )
}

function pathsOf(paths: unknown, given: unknown): Editor['paths'] {
  const isObject = typeof paths === 'object' && paths !== null && !Array.isArray(paths)
  const entries = isObject ? Object.entries(paths) : [['', '']]
  const pairs = entries.map(([here, there]): [string, string] => [folder(here), folder(there)])
  if (pairs.some((pair) => pair.some((path) => !/^(\/|[A-Za-z]:(\/|$))/.test(`${path}/`)))) {
    throw badOption(
      'editor',
      given,
      'as "paths" absolute folders by absolute folders: { "/app": "/home/me/shop" }',
    )
  }
  return pairs.sort(([a], [b]) => b.length - a.length)
}

function folder(path: unknown): string {
  return typeof path === 'string' && path !== '' ? path.replaceAll('\\', '/').replace(/\/+$/, '') : '?'
}

/** Link that opens a file; `path` is absolute, with `/`. `{line}` and `{column}` are still to be filled in. */
export function linkTo({ name, url, paths }: Editor, path: string): EditorLink {
  const mapped = paths.find(([here]) => path.startsWith(`${here}/`))
  const there = mapped === undefined ? path : mapped[1] + path.slice(mapped[0].length)
  const at = url.indexOf('{file}')
  return { name, url: url.slice(0, at) + joined(url.slice(0, at), there) + url.slice(at + '{file}'.length) }
}

/** A path, encoded to follow `before` in a URL: after `//` it needs its first slash, after a single `/` it must not. */
function joined(before: string, path: string): string {
  const encoded = path
    .split('/')
    .map((part, i) => (i === 0 && /^[A-Za-z]:$/.test(part) ? part : encodeURIComponent(part)))
    .join('/')
  if (before.endsWith('//')) return encoded.startsWith('/') ? encoded : `/${encoded}`
  return before.endsWith('/') ? encoded.replace(/^\//, '') : encoded
}
