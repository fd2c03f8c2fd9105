import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assignedName, identifierColumn, isRunning } from '../plugin/symbols/code.ts'
import { linesOf } from '../plugin/symbols/lines.ts'

/** A line of code with `|` where the function begins. */
function at(code: string): [text: string, column: number] {
  return [code.replace('|', ''), code.indexOf('|')]
}

describe('assignedName', () => {
  const rows: readonly (readonly [code: string, name: string | undefined])[] = [
    ['const load = |(id) => id', 'load'],
    ['const load = |async (id) => id', 'load'],
    ['const load = |async id => id', 'load'],
    ['let load=|id=>id', 'load'],
    ['export const load: Loader<A, B> = |async (id) => id', 'load'],
    ['const load: (a: string) => void = |(a) => {}', 'load'],
    ['const load = |<T>(id: T) => id', 'load'],
    ['var load = |function (id) {}', 'load'],
    ['const load = |async function* (id) {}', 'load'],
    ['  handler: |async (request, reply) => {', 'handler'],
    ['app.route({ url, handler: |(request) => 1 })', 'handler'],
    ['  private readonly handler: Handler = |(request) => {', 'handler'],
    ['  static #cache = |() => {', 'cache'],
    ['  onSend = |async () => {', 'onSend'],
    ['function f(done = |() => {}) {}', 'done'],
    ['let größe = |() => 1', 'größe'],
    ["app.get('/x', |async () => 1)", undefined],
    ['const y = list.map(|(x) => x)', undefined],
    ['const once = (|() => {})()', undefined],
    ['const make = () => |() => 1', undefined],
    ['module.exports.load = |() => 1', undefined],
    ['const same = a === |(b)', undefined],
    ['const load = |value + 1', undefined],
    ['const x = cond ? a : |(b) => b', undefined],
    ['  handler: Handler = |(request) => {', undefined],
    ['return |async () => 1', undefined],
    ['|() => 1', undefined],
    ['constload = |() => 1', 'constload'],
    [`${'x'.repeat(390)} = |() => 1`, 'x'.repeat(390)],
    [`const ${'x'.repeat(500)} = |() => 1`, undefined],
  ]
  for (const [code, name] of rows) {
    it(code.slice(0, 60), () => assert.equal(assignedName(...at(code)), name))
  }
})

describe('identifierColumn', () => {
  const rows: readonly (readonly [code: string, name: string, column: number])[] = [
    ['function a2|(x) {}', 'a2', 9],
    ['var a2=|(x)=>x', 'a2', 4],
    ['var a2 = |async (x) => x', 'a2', 4],
    ['a2=function|(x){}', 'a2', 0],
    ['({a2: async function *|(x){}})', 'a2', 2],
    ['({a2|(x){}})', 'a2', 2],
    ['|class a2 extends B{}', 'a2', 6],
    ['function a2|(x) {}', 'a', -1],
    ['function a2|(x) {}', 'x', -1],
    ['b.a2=|(x)=>x', 'a2', -1],
    ['x(|(y)=>y)', 'y', -1],
    ['|class{}', 'a2', -1],
  ]
  for (const [code, name, column] of rows) {
    it(`${name} in ${code}`, () => assert.equal(identifierColumn(...at(code), name), column))
  }
})

describe('isRunning', () => {
  const text = linesOf(
    'function burn(ms) {\r\n  const inner = async (x) => x\n  class Some { get size() {} }\n}\n',
  )
  const says = (name: string, line: number, column: number) =>
    isRunning(text, { name, url: '', line, column })

  it('tells by the place of a function with a name', () => {
    assert.equal(says('burn', 1, 14), true)
    assert.equal(says('inner', 2, 17), true)
    assert.equal(says('get size', 3, 24), true)
    assert.equal(says('Some', 3, 3), true)
  })

  it('tells that there is no function', () => {
    assert.equal(says('burn', 1, 15), false)
    assert.equal(says('burn', 2, 14), false)
    assert.equal(says('burn', 9, 1), false)
    assert.equal(says('burn', 1, 99), false)
    assert.equal(says('', 4, 1), false)
  })

  it('does not know by one without a name, of another name, or without a place', () => {
    assert.equal(says('', 2, 17), undefined)
    assert.equal(says('other', 1, 14), undefined)
    assert.equal(says('', 1, 1), undefined)
    assert.equal(says('burn', 0, 0), undefined)
    assert.equal(says('<instance_members_initializer>', 3, 3), undefined)
  })

  it('knows arrow functions with a comment before the arrow', () => {
    const [code, column] = at('const f = |x /* c */ /* => */ => x')
    assert.equal(isRunning(linesOf(code), { name: 'f', url: '', line: 1, column: column + 1 }), true)
  })

  /** Where V8 sees them: at the bracket of the class on Node 22, at the first field on Node 24 and 26. */
  const fields: readonly (readonly [name: string, code: string, says: boolean | undefined])[] = [
    ['Some', 'x\nclass Some extends Other |{ a = 1 }', undefined],
    ['Some', 'x\nclass Some { |a = 1 }', undefined],
    ['Some', 'x\nclass Some{b(){}|#a=1}', undefined],
    ['Some', "class Some {\n  b() {}\n  |['a'] = 1\n}", undefined],
    ['Some', 'class Some {\n  |static { a() }\n}', undefined],
    ['Some', 'class Some {}\nclass Another {\n  |a = 1\n}', undefined],
    ['Some', 'class Another {\n  |a = 1\n}', false],
    ['Some', 'class Some { a = |1 }', false],
    ['Some', 'class Some { a |= 1 }', false],
    ['Some', 'class Some { so|me = 1 }', false],
    ['', 'export default class {\n  |a = 1\n}', undefined],
    ['', 'var a=class{|b=1}', undefined],
    ['', 'if (some) {\n  |a = 1\n}', false],
  ]
  for (const [name, code, expected] of fields) {
    it(`says ${expected} of ${name || 'a function'} in ${JSON.stringify(code)}`, () => {
      const before = code.slice(0, code.indexOf('|')).split('\n')
      const raw = { name, url: '', line: before.length, column: before.at(-1)!.length + 1 }
      assert.equal(isRunning(linesOf(code.replace('|', '')), raw), expected)
    })
  }
})

describe('linesOf', () => {
  it('counts from 1, to the last line, which may be empty', () => {
    const { line, count } = linesOf('a\nb\r\n')
    assert.equal(count, 3)
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((n) => line(n)?.trimEnd()),
      [undefined, 'a', 'b', '', undefined],
    )
    assert.equal(linesOf('').line(1), '')
  })

  it('ends lines where V8 and compilers do', () => {
    const { line, count } = linesOf('a\r\nb\rc\u2028d\u2029e\n\rf')
    assert.deepEqual(
      Array.from({ length: count }, (_, i) => line(i + 1)?.trim()),
      ['a', 'b', 'c', 'd', 'e', '', 'f'],
    )
  })
})
