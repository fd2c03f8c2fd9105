import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const head = (method: string, path: string, more = '') =>
  `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${more}`
const get = (path: string) => `${head('GET', path)}\r\n`
const body = '{"a":1,"b":[1,2,3]}'
const json = `content-type: application/json\r\ncontent-length: ${body.length}\r\n`

/** Requests that get an answer, made from their number `i`; one in eight fails, is not found or is hijacked. */
const answered: readonly ((i: number) => string)[] = [
  () => get('/hello'),
  (i) => get(`/users/${i}?token=${i}`),
  () => `${head('POST', '/echo', json)}\r\n${body}`,
  () => get('/awaits'),
  () => get('/callback'),
  () => get('/burn'),
  () => get('/stream'),
  (i) => get(['/fails', `/missing/${i}`, '/hijacked'][i % 3]),
]

/** Requests whose client leaves: before the answer, halfway through the body, or halfway through the stream. */
const left: readonly string[] = [
  get('/never'),
  get('/slow'),
  `${head('POST', '/echo', 'content-type: application/json\r\ncontent-length: 1000\r\n')}\r\n{"a":`,
  get('/endless'),
]
/** One request in this many is left by its client. */
const LEFT = 25

/** Sends `count` requests over `connections` sockets. Resolves with the times of those answered, milliseconds. */
export async function load(port: number, count: number, connections: number): Promise<number[]> {
  const times: number[] = []
  let sent = 0
  const next = () => (sent < count ? sent++ : -1)
  await Promise.all(Array.from({ length: connections }, () => talk(port, next, times)))
  return times
}

/** Sends requests over one connection, and now and then one over another, which it leaves. */
async function talk(port: number, next: () => number, times: number[]): Promise<void> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
  await once(socket, 'connect')
  for (let i = next(); i >= 0; i = next()) {
    if (i % LEFT === 0) {
      await leave(port, left[(i / LEFT) % left.length])
      continue
    }
    const began = performance.now()
    socket.write(answered[i % answered.length](i))
    let text = ''
    while (!isWhole(text)) text += await more(socket)
    times.push(performance.now() - began)
  }
  socket.destroy()
}

/** The next piece of an answer. Rejects when the connection closes, or the test would wait for ever. */
function more(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const closed = () =>
      reject(new Error('the application closed a connection that was waiting for an answer'))
    socket.once('close', closed)
    socket.once('data', (text) => {
      socket.off('close', closed)
      resolve(String(text))
    })
  })
}

async function leave(port: number, request: string): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  socket.write(request)
  if (request.includes('/endless')) await once(socket, 'data')
  else await new Promise((resolve) => setTimeout(resolve, 5))
  socket.destroy()
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /content-length: (\d+)/i.exec(text)
  return length === null ? text.endsWith('\r\n0\r\n\r\n') : text.length >= end + 4 + Number(length[1])
}
