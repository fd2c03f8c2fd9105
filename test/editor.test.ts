import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { editorOf, linkTo } from '../plugin/options/editor.ts'

const open = (option: unknown, path: string, env = {}) => linkTo(editorOf(option, env)!, path)
const url = (option: unknown, path = '/srv/app/src/my file.ts') => open(option, path).url

describe('an editor', () => {
  test('opens a file at a line by its name', () => {
    assert.deepEqual(open('vscode', '/srv/app/a.ts'), {
      name: 'VS Code',
      url: 'vscode://file/srv/app/a.ts:{line}:{column}',
    })
    assert.equal(url('cursor'), 'cursor://file/srv/app/src/my%20file.ts:{line}:{column}')
    assert.equal(
      url('webstorm'),
      'webstorm://open?file=/srv/app/src/my%20file.ts&line={line}&column={column}',
    )
    assert.equal(url('vim'), 'mvim://open?url=file:///srv/app/src/my%20file.ts&line={line}&column={column}')
    assert.equal(url('vscode', 'C:/app/a.ts'), 'vscode://file/C:/app/a.ts:{line}:{column}')
    assert.equal(
      url('sublime', 'C:/app/a.ts'),
      'subl://open?url=file:///C:/app/a.ts&line={line}&column={column}',
    )
  })

  test('opens by any URL with a place for the file; what the path holds stays part of it', () => {
    assert.equal(
      url('my-editor://open?f={file}&l={line}', '/a&b/#1?{line}.ts'),
      'my-editor://open?f=/a%26b/%231%3F%7Bline%7D.ts&l={line}',
    )
    assert.equal(
      url('http://localhost:63342/api/file/{file}:{line}'),
      'http://localhost:63342/api/file/srv/app/src/my%20file.ts:{line}',
    )
  })

  test('has files where the machine of the editor has them', () => {
    const option = { open: 'zed', paths: { '/srv/': '/home/me', '/srv/app': 'C:\\work\\shop\\' } }
    assert.equal(url(option, '/srv/app/a.ts'), 'zed://file/C:/work/shop/a.ts:{line}:{column}')
    assert.equal(url(option, '/srv/app2/a.ts'), 'zed://file/home/me/app2/a.ts:{line}:{column}')
    assert.equal(url(option, '/other/a.ts'), 'zed://file/other/a.ts:{line}:{column}')
    assert.equal(url({ paths: { '/': '/mnt' } }, '/a.ts'), 'vscode://file/mnt/a.ts:{line}:{column}')
  })

  test('is that of the environment when none is given, if it opens URLs', () => {
    const name = (env: Record<string, string>, option?: unknown) => editorOf(option, env)?.name
    assert.equal(name({}), 'VS Code')
    assert.equal(name({ EDITOR: 'vim' }), 'VS Code')
    assert.equal(name({ EDITOR: '/usr/local/bin/cursor --wait' }), 'Cursor')
    assert.equal(name({ EDITOR: 'code-insiders -w' }), 'VS Code Insiders')
    assert.equal(name({ EDITOR: 'C:\\Tools\\subl.exe -w' }), 'Sublime Text')
    assert.equal(name({ VISUAL: 'zed', EDITOR: 'code' }), 'Zed')
    assert.equal(name({ EDITOR: '__proto__' }), 'VS Code')
    assert.equal(name({ EDITOR: 'cursor' }, { paths: {} }), 'Cursor')
    assert.equal(name({ EDITOR: 'cursor' }, 'idea'), 'IntelliJ IDEA')
    assert.equal(editorOf(false, {}), undefined)
  })

  test('that is none is refused, with what is allowed', () => {
    const wrong: readonly unknown[] = [
      'notepad',
      '',
      'constructor',
      true,
      null,
      7,
      [],
      'javascript:alert("{file}")',
      ' javascript:alert({file})',
      'JavaScript://{file}',
      'data:text/html,{file}',
      'my-editor://open',
      'my-editor://open?{file}&{file}',
      'my-editor://open?{file}&{row}',
      'my editor://{file}',
      '{file}',
      '/bin/vim {file}',
      { open: 'notepad' },
      { editor: 'vscode' },
      { paths: 'x' },
      { paths: { app: '/home' } },
      { paths: { '/app': 'home' } },
      { paths: { '/app': 1 } },
      { paths: { '': '/home' } },
      { paths: [] },
    ]
    for (const option of wrong) {
      assert.throws(
        () => editorOf(option, {}),
        { code: 'FST_PROFILER_BAD_OPTION', message: /^option "editor" is .*; allowed: / },
        JSON.stringify(option),
      )
    }
    assert.throws(() => editorOf('vscod', {}), /did you mean "vscode"/)
  })
})
