import fc from 'fast-check'
import { requestSorts } from '../plugin/model/wire/requests.ts'
import { exportFormats } from '../plugin/model/wire/selection.ts'

/** A request for a dashboard as a stranger may make it up. */
export interface WildRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | undefined
}

/** What is really there, so that inputs get further than the first check. */
export interface Known {
  readonly routes: readonly string[]
  readonly ids: readonly string[]
  readonly files: readonly string[]
}

const paths = [
  ...['', '/', '/index.html', '/api', '/api/status', '/api/recording', '/api/routes', '/api/requests'],
  ...[
    '/api/requests/ID',
    '/api/requests/ID/pin',
    '/api/requests/ID/chart',
    '/api/profile',
    '/api/phases',
    '/api/waiting',
    '/api/source',
    '/api/diff',
    '/api/baselines',
    '/api/previous',
    '/api/baselines/ID',
  ],
]
const names = [
  ...[
    'route',
    'request',
    'format',
    'phases',
    'file',
    'status',
    'across',
    'minMs',
    'maxMs',
    'from',
    'to',
    'sort',
    'limit',
  ],
  ...[
    'cursor',
    'pinned',
    'base',
    'head',
    'baseline',
    '',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'a[b]',
  ],
]
const numbers = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '100',
    '1000',
    '1001',
    '1.5',
    '1e3',
    '1e999',
    '0x10',
    '0b1',
    '１２',
    '1_000',
    ' 1',
  ],
  ...['NaN', 'Infinity', '-Infinity', '9007199254740993', '9'.repeat(400), '0.1', '.5', '5.', 'true', 'null'],
]
const texts = [
  ...[
    '4xx',
    '5XX',
    '404',
    '099',
    '2026-11-25T20:00:00.000Z',
    '2026-13-45',
    '+275760-09-13T00:00:00.001Z',
    'now',
  ],
  ...[
    '/etc/passwd',
    '../package.json',
    '../../../../etc/passwd',
    'file:///etc/passwd',
    'package.json',
    '.',
    '..',
  ],
  ...['[object Object]', '{}', '[]', '"', "'", '`', '<script>alert(1)</script>', '%s%n', '\\', '\u0000'],
  ...[
    '\r\nset-cookie: a=b',
    '\u202e',
    '\ud800',
    'é',
    '日本',
    '😀',
    'x'.repeat(5000),
    'W10',
    'bnVsbA',
    'WzEsImEiXQ',
  ],
  ...['GET /', 'GET /fuzz/nothing', '(not found)', '(no request)', 'constructor', '__proto__', 'undefined'],
]
const types = [
  ...[
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json;charset=utf-16',
  ],
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
    'a',
    '/',
    ';',
    'é',
  ],
]
const bodies = [
  ...[
    '{"recording":true}',
    '{"recording":false}',
    '{"recording":1}',
    '{"recording":"true"}',
    '{"recording":null}',
  ],
  ...['{"recording":true,"recording":false}', '{"__proto__":{"recording":true}}', '{"recording":true,"x":1}'],
  ...[
    '{"constructor":{"prototype":{"recording":true}}}',
    '[]',
    '[{"recording":true}]',
    'null',
    'true',
    '0',
    '""',
  ],
  ...['', ' ', '{', '}', '{"a"', '\ufeff{"recording":true}', "{'recording':true}", 'recording=true', 'NaN'],
  ...[
    '['.repeat(2000),
    `${'{"a":'.repeat(700)}1${'}'.repeat(700)}`,
    `"${'x'.repeat(4200)}"`,
    '"\\ud800"',
    '1e999',
  ],
]

/** `encodeURIComponent` throws for half surrogates. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd')

const wildText = fc.oneof(
  fc.constantFrom(...texts),
  fc.constantFrom(...numbers),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 40 }),
)

/** Text that was fine, damaged. */
function damaged(fine: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(fine, fc.nat(40), wildText, fc.nat(3)).map(([text, at, extra, how]) => {
    if (how === 0) return text.slice(0, at) + extra + text.slice(at)
    if (how === 1) return text.slice(0, at) + text.slice(at + 1)
    if (how === 2) return text.slice(0, at) + extra
    return text.toUpperCase()
  })
}

/** Percent-encoded as it should be, not at all, twice, or wrongly. */
function encoded(text: string, how: number): string {
  const fine = encodeURIComponent(wellFormed(text))
  if (how < 6) return fine
  if (how === 6) return encodeURIComponent(fine)
  if (how === 7) return fine.replaceAll('%', '%%').slice(0, 200)
  if (how === 8) return `${fine}%ED%A0%80%c0%af%`
  // What a client can put into a request line at all.
  return text.replace(/[^\x21-\x7e]/g, '').replaceAll('#', '')
}

export function wildRequests(known: Known): fc.Arbitrary<WildRequest> {
  return fc.oneof({ weight: 3, arbitrary: madeUp(known) }, { weight: 4, arbitrary: askedWell(known) })
}

/** Anything anywhere. */
function madeUp({ routes, ids, files }: Known): fc.Arbitrary<WildRequest> {
  const fine = fc.constantFrom(
    ...routes,
    ...ids,
    ...files,
    ...exportFormats,
    'packed',
    ...requestSorts,
    'true',
    'false',
  )
  const value = fc.oneof({ weight: 4, arbitrary: fine }, { weight: 2, arbitrary: wildText }, damaged(fine))
  const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, wildText)
  const how = fc.nat(9)
  const pair = fc
    .tuple(name, value, how, how)
    .map(([name, value, a, b]) => `${encoded(name, a)}=${encoded(value, b)}`)
  const query = fc.oneof(
    { weight: 6, arbitrary: fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.join('&')) },
    fc.tuple(wildText, how).map(([text, how]) => encoded(text, how)),
  )
  const id = fc.oneof(fc.constantFrom(...ids), wildText, damaged(fc.constantFrom(...ids)))
  const path = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...paths) },
    damaged(fc.constantFrom(...paths)).map((path) => encodeURI(wellFormed(path))),
  )
  const url = fc
    .tuple(path, id, how, query)
    .map(
      ([path, id, how, query]) => `/__profile${path.replace('ID', encoded(id, how))}${query && `?${query}`}`,
    )
  return fc.record({ method, url, headers, body })
}

/** Questions that have an answer, or had one before they were damaged. */
function askedWell({ routes, ids, files }: Known): fc.Arbitrary<WildRequest> {
  const [route, id, file] = [routes, ids, files].map((list) =>
    fc.constantFrom(...list).map(encodeURIComponent),
  )
  const plain: Record<string, fc.Arbitrary<string>> = {
    ROUTE: route,
    ID: id,
    FILE: file,
    FORMAT: fc.constantFrom(...exportFormats, 'packed'),
    SORT: fc.constantFrom(...requestSorts),
    NAME: fc.constantFrom('before', 'v1.0', 'a-b_c'),
    NUMBER: fc.nat(1200).map(String),
    TIME: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  }
  const question = fc.constantFrom(
    ...['GET /api/requests?limit=NUMBER&sort=SORT&status=4xx', 'GET /api/requests?minMs=NUMBER&from=TIME'],
    ...['GET /api/profile?route=ROUTE&format=FORMAT', 'GET /api/profile?request=ID&request=ID&phases=true'],
    ...['GET /api/profile?route=ROUTE&from=TIME&to=TIME&maxMs=NUMBER', 'GET /api/phases?route=ROUTE'],
    ...[
      'GET /api/source?route=ROUTE&file=FILE',
      'GET /api/source?request=ID&file=FILE',
      'GET /api/requests/ID',
    ],
    ...[
      'GET /api/requests/ID/chart',
      'GET /api/requests/ID/chart?format=FORMAT',
      'GET /api/profile?route=ROUTE&across=true&minMs=NUMBER',
      'PUT /api/requests/ID/pin',
      'DELETE /api/requests/ID/pin',
      'GET /api/requests?route=ROUTE&cursor=W10',
      'PUT /api/baselines/NAME?route=ROUTE',
      'PUT /api/baselines/NAME',
      'DELETE /api/baselines/NAME',
      'GET /api/diff?base=route%3DROUTE&head=request%3DID%26request%3DID',
      'GET /api/diff?base=baseline%3DNAME&head=route%3DROUTE%26minMs%3DNUMBER',
    ],
  )
  const filled = fc
    .tuple(question, fc.record(plain))
    .map(([text, values]) => text.replace(/[A-Z]{2,}(?![A-Z ])/g, (name) => values[name] ?? name))
  const asked = fc.oneof(
    filled,
    damaged(filled.map((text) => text.slice(4))).map((text) => `GET ${text}`),
  )
  return fc.tuple(asked, headers).map(([text, headers]) => {
    const [method, ...rest] = text.split(' ')
    const url = encodeURI(`/__profile${wellFormed(rest.join(' '))}`).replace(/%25(?=[0-9A-F]{2})/g, '%')
    return { method, url, headers, body: undefined }
  })
}

const method = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('GET', 'HEAD') },
  { weight: 3, arbitrary: fc.constantFrom('POST', 'PUT', 'DELETE') },
  fc.constantFrom('PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'MKCOL', 'LOCK'),
)

const headerText = wildText.map((text) => text.replace(/[^\x20-\x7e]/g, '').slice(0, 1000))
const headers = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('application/json') },
      fc.constantFrom(...types),
      headerText,
    ),
    fc.dictionary(
      fc.constantFrom(
        ...[
          'accept',
          'accept-encoding',
          'accept-version',
          'range',
          'if-none-match',
          'if-modified-since',
          'cookie',
        ],
        ...[
          'x-http-method-override',
          'authorization',
          'referer',
          'user-agent',
          'last-event-id',
          'x-request-id',
        ],
        ...['origin', 'sec-fetch-site', 'sec-fetch-mode', 'content-encoding', 'te', 'x-forwarded-for'],
      ),
      headerText,
      { maxKeys: 2 },
    ),
  )
  .map(([type, others]) => ({
    ...others,
    host: 'localhost',
    'content-type': type.replace(/[^\x20-\x7e]/g, ''),
  }))

const body = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  fc.constantFrom(...bodies),
  damaged(fc.constantFrom(...bodies.slice(0, 8))),
  fc.json(),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
)
