import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { dueUs, redisTarget, sqlTarget } from '../plugin/tracker/wait-targets.ts'
import { inputs } from './fuzz-runs.ts'

const secret = 's3cr3t'

describe('a statement is told without its values', () => {
  const examples: Record<string, string> = {
    'UPDATE a SET b = "x ""y" , c = \'it\'\'s\', d = 1.5 WHERE e1 = 2':
      'UPDATE a SET b = ? , c = ?, d = ? WHERE e1 = ?',
    "SELECT  1\n FROM `a`.`b` WHERE c = 'd'": 'SELECT ? FROM `a`.`b` WHERE c = ?',
    "SELECT a #>> '{b}' FROM c WHERE d = $1": 'SELECT a #>> ? FROM c WHERE d = $?',
    'SELECT 0xDEADBEEF, 1e10, .5, -7': 'SELECT ?, ?, .?, -?',
    'SELECT $$a$$, $tag$b $$ c$tag$ FROM d': 'SELECT ?, ? FROM d',
    'SELECT $é$secret$é$, $é$secret': 'SELECT ?, ?',
    "SELECT a -- it's a comment\nFROM b /* don't */ WHERE c": 'SELECT a ? FROM b ? WHERE c',
    "SELECT 'a' WHERE b = 'it\\'s' AND c": 'SELECT ? WHERE b = ?',
    "SELECT 'no end": 'SELECT ?',
    '': '',
  }
  for (const [statement, told] of Object.entries(examples)) {
    test(JSON.stringify(statement), () => assert.equal(sqlTarget({ query: statement }), told))
  }

  test('however the driver hands it over', () => {
    assert.equal(sqlTarget({ query: { text: 'SELECT 1' } }), 'SELECT ?')
    assert.equal(sqlTarget({ sql: 'SELECT 1' }), 'SELECT ?')
    assert.equal(sqlTarget({ database: 'shop' }), 'shop')
    assert.equal(sqlTarget({ query: { toString: () => secret } }), '')
    assert.equal(sqlTarget(undefined), '')
  })

  test('and cut off where it is long, also in a value', () => {
    const told = sqlTarget({ query: `SELECT a FROM b WHERE c = '${'x'.repeat(5000)}${secret}'` })
    assert.equal(told, 'SELECT a FROM b WHERE c = ?')
    assert.ok(sqlTarget({ query: 'SELECT '.repeat(10_000) }).length <= 201)
  })
})

/** A value as an application might have it: the secret, among what gives trouble. */
const value = fc
  .array(fc.constantFrom<string>("'", '"', '\\', '`', '$$', '--', '#', '/*', '*/', '\n', ' ', 'x', '0'), {
    maxLength: 6,
  })
  .chain((parts) => fc.nat(parts.length).map((at) => parts.toSpliced(at, 0, secret).join('')))

/** How two families of databases write values and comments; each is right for its own. */
const dialects: Record<string, readonly ((value: string) => string)[]> = {
  standard: [
    (text) => `'${text.replaceAll("'", "''")}'`,
    (text) => `$tag$${text}$tag$`,
    (text) => `-- ${text.replaceAll('\n', ' ')}\n`,
    (text) => `/* ${text.replaceAll(/\*\/|\/\*/g, '')} */`,
  ],
  // As `mysql2` puts values into a statement.
  mysql: [
    (text) => `'${text.replace(/['"\\\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`))}'`,
    (text) => `"${text.replace(/["\\]/g, '\\$&')}"`,
    (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
    (text) => `# ${text.replaceAll('\n', ' ')}\n`,
    (text) => `-- ${text.replaceAll('\n', ' ')}\n`,
    (text) => `/* ${text.replaceAll(/\*\/|\/\*/g, '')} */`,
  ],
}
const between = fc.constantFrom(
  'SELECT a FROM b',
  'WHERE c =',
  ', ',
  '(1, 2)',
  '\n',
  '0x1F',
  '`d`',
  "'e'",
  '-1',
)

for (const [dialect, forms] of Object.entries(dialects)) {
  test(`no value is told, whatever is in it: ${dialect}`, () => {
    const literal = fc.tuple(fc.constantFrom(...forms), value).map(([form, text]) => form(text))
    const statement = fc.array(fc.oneof(between, literal), { maxLength: 8 }).map((parts) => parts.join(' '))
    fc.assert(
      fc.property(statement, (query) => assert.doesNotMatch(sqlTarget({ query }), /s3cr3t/)),
      inputs(2000),
    )
  })
}

test('of a command the name is told, and no argument', () => {
  assert.equal(redisTarget({ command: 'set', args: ['k', secret] }), 'SET')
  assert.equal(redisTarget({ command: ['set', secret] }), '')
  assert.equal(redisTarget(undefined), '')
})

describe('what is due at a time', () => {
  test('is a timer, a millisecond late at most', () => {
    assert.equal(dueUs('Timeout', { _idleTimeout: 20 }, 1000), 22_000)
    assert.equal(dueUs('Timeout', {}, 1000), Number.POSITIVE_INFINITY)
  })

  test('is nothing else, and an object of an addon is not even asked', () => {
    const get = () => {
      throw new Error('asked')
    }
    const odd = Object.defineProperty({}, '_idleTimeout', { get })
    assert.equal(dueUs('bcrypt:HashWorker', odd, 1000), Number.POSITIVE_INFINITY)
    assert.equal(dueUs('FSREQCALLBACK', { _idleTimeout: 20 }, 1000), Number.POSITIVE_INFINITY)
  })
})
