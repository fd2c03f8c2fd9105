import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { LONGEST_LINE, lineBounds, noTokens, pieces, type Tokens } from '../dashboard/model/code.ts'
import { codeCosts, editorLink, hottestLine, nextHot } from '../dashboard/model/code-rows.ts'
import { readTokens } from '../dashboard/syntax.ts'
import { fileCosts } from '../plugin/model/file-costs.ts'
import { profileOf } from './pictures.ts'

const linesOf = (text: string, tokens: Tokens) => {
  const starts = lineBounds(text)
  return Array.from({ length: starts.length - 1 }, (_, i) => pieces(text, starts, tokens, i + 1))
}
const textOf = (line: readonly { text: string }[]) => line.map(({ text }) => text).join('')
/** `kind:text` of what is not plain. */
const coloured = async (text: string, jsx = false) =>
  linesOf(text, await tokensOf(text, jsx)).map((line) =>
    line
      .filter(({ kind }) => kind !== 'plain' && kind !== 'punctuation')
      .map(({ kind, text }) => `${kind}:${text}`),
  )

/** All tokens of a text, once they are read. */
function tokensOf(text: string, jsx: boolean): Promise<Tokens> {
  return new Promise((resolve) => {
    readTokens(jsx ? 'a.jsx' : 'a.js', text, (tokens) => tokens.end === text.length && resolve(tokens))
  })
}

describe('lines of code', () => {
  test('are what stands between line breaks of any kind; one at the end begins none', () => {
    const texts = (text: string) => linesOf(text, noTokens).map(textOf)
    assert.deepEqual(texts('a\r\n\nb'), ['a', '', 'b'])
    assert.deepEqual(texts('a\rb\u2028c\u2029d'), ['a', 'b', 'c', 'd'])
    assert.deepEqual(texts('a\n'), ['a'])
    assert.deepEqual(texts(''), [''])
    assert.deepEqual(texts('\n'), [''])
  })

  test('law: cut into tokens of any kind, the text is the same; also before all is read', async () => {
    const code = fc.array(
      fc.constantFrom(
        '\n',
        '\r\n',
        '`',
        '${',
        '}',
        '/*',
        '*/',
        '//',
        '"',
        "'",
        '/',
        'a',
        '1',
        ' ',
        'return',
        '</script>',
      ),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(code, fc.boolean(), fc.nat(), async (parts, jsx, cut) => {
        const text = parts.join('')
        const all = await tokensOf(text, jsx)
        const some = {
          ...all,
          start: all.start.slice(0, cut),
          kind: all.kind.slice(0, cut),
          end: all.start[cut] ?? all.end,
        }
        for (const tokens of [all, some]) {
          assert.deepEqual(linesOf(text, tokens).map(textOf), linesOf(text, noTokens).map(textOf))
        }
      }),
    )
  })

  test('that are very long are cut off', async () => {
    const text = `${'x'.repeat(5000)}\ny`
    const [long, short] = linesOf(text, await tokensOf(text, false))
    assert.equal(textOf(long), `${'x'.repeat(LONGEST_LINE)}…`)
    assert.equal(textOf(short), 'y')
  })
})

describe('colours', () => {
  test('tell keywords, strings, numbers, regular expressions and comments, over lines too', async () => {
    const text = [
      "const a = x.default + y / 2 / b // 'no string'",
      `return /re[/]x/g.test(\`a\${b + 1}c\`)`,
      '/* two',
      'lines */ interface Options { readonly ms: number }',
    ].join('\n')
    assert.deepEqual(await coloured(text), [
      ['keyword:const', 'number:2', "comment:// 'no string'"],
      ['keyword:return', 'regexp:/re[/]x/g', 'string:`a$' + '{', 'number:1', 'string:}c`'],
      ['comment:/* two'],
      ['comment:lines */', 'keyword:interface', 'keyword:readonly'],
    ])
    assert.deepEqual(await coloured('const a = <b c="d">e</b>', true), [['keyword:const', 'string:"d"']])
  })
})

describe('costs beside the code', () => {
  const profile = profileOf(`
main@app.ts:1 2 2ms 3:1 4:1
main@app.ts:1;work@app.ts:10 6 6ms 12:3 14:1
work@app.ts:10 3 3ms 12:2
rest@app.ts:20 1`)
  const costs = codeCosts(fileCosts(profile, 'app.ts'))

  test('are by line, the dearest known', () => {
    assert.deepEqual(costs.hottest, [12, 3, 4, 14])
    assert.equal(costs.mostMs, 5)
    assert.equal(costs.line.get(12)?.samples, 5)
    assert.equal(costs.functions.get(10)?.[0].totalMs, 9)
    assert.equal(costs.unplacedMs, 2 + 1 + 1)
    const none = codeCosts(fileCosts(profile, 'none.ts'))
    assert.deepEqual([none.hottest, none.mostMs, none.unplacedMs], [[], 0, 0])
  })

  test('lead from the dearest line to the next, and round', () => {
    assert.deepEqual(
      [12, 3, 4, 14].map((line) => nextHot(costs, line, 1)),
      [3, 4, 14, 12],
    )
    assert.deepEqual([nextHot(costs, 12, -1), nextHot(costs, 99, 1), nextHot(costs, 99, -1)], [14, 12, 14])
    assert.equal(nextHot(codeCosts(fileCosts(profile, 'none.ts')), 7, 1), 7)
  })

  test('a function begins with its own dearest line, or where it begins', () => {
    const of = (name: string) =>
      hottestLine(
        profile,
        profile.frames.findIndex((frame) => frame.name === name),
      )
    assert.deepEqual([of('main'), of('work'), of('rest')], [3, 12, 20])
  })

  test('a link to the editor has a place, counted from 1', () => {
    assert.equal(editorLink('vscode://file/a.ts:{line}:{column}', 7, 3), 'vscode://file/a.ts:7:3')
    assert.equal(editorLink('x://{line}/{line}', 0, 0), 'x://1/1')
    assert.equal(editorLink('x://{line}:{column}', 0, 0), 'x://1:1')
    assert.equal(editorLink('x://a.ts', 7, 3), 'x://a.ts')
  })
})
