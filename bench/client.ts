import { connect } from 'node:net'

/**
 * A client for benchmarks, in a process of its own: for each `{ port, path, requests, connections }` that it gets, it
 * sends that many requests over keep-alive sockets, one at a time on each, and answers `done`.
 *
 * It never sleeps while it waits: the kernel charges whoever writes to a socket for waking the reader (15 µs here, as
 * much as a third of a small request), so a client that sleeps makes slow servers look even slower.
 */
interface Job {
  readonly port: number
  readonly path: string
  readonly requests: number
  readonly connections: number
}

process.on('disconnect', () => process.exit())
process.on('message', async (job: Job) => {
  let left = job.requests
  let waiting = true
  const stayAwake = () => waiting && setImmediate(stayAwake)
  stayAwake()
  await Promise.all(Array.from({ length: job.connections }, () => talk(job, () => left-- > 0)))
  waiting = false
  process.send?.('done')
})

/** Sends requests while `more` says so. An answer is over when it has the bytes that `content-length` promises. */
function talk(job: Job, more: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(job.port, '127.0.0.1')
    const request = `GET ${job.path} HTTP/1.1\r\nhost: 127.0.0.1:${job.port}\r\n\r\n`
    let text = ''
    const next = () => {
      text = ''
      if (more()) socket.write(request)
      else socket.end(resolve)
    }
    socket.setNoDelay(true)
    socket.on('connect', next)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1])
      if (text.length >= head + 4 + length) next()
    })
  })
}
