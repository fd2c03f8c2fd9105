import { exec } from 'node:child_process'
import { pbkdf2, randomBytes, webcrypto } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns'
import { lookup as lookupPromise } from 'node:dns/promises'
import { EventEmitter, once } from 'node:events'
import { createReadStream, readFile } from 'node:fs'
import { readFile as readFilePromise } from 'node:fs/promises'
import { Agent, get, request } from 'node:http'
import { connect } from 'node:net'
import { Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ReadableStream, TransformStream } from 'node:stream/web'
import { setInterval as every, setImmediate as immediately, setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import { gunzip, gzipSync } from 'node:zlib'

/** One asynchronous way from a handler to a burn of CPU. */
export type Way = (burn: () => void) => Promise<unknown>

const here = fileURLToPath(import.meta.url)
const zipped = gzipSync(randomBytes(50_000))

/** Timers, promises, events, streams: what needs nothing outside the process. */
export const insideWays: Readonly<Record<string, Way>> = {
  sync: async (burn) => burn(),
  promise: async (burn) => {
    burn()
    await Promise.resolve()
    burn()
  },
  promiseThen: (burn) => Promise.resolve().then(() => Promise.resolve().then(burn)),
  timer: (burn) => new Promise((resolve) => setTimeout(() => resolve(burn()), 3)),
  interval: (burn) =>
    new Promise((resolve) => {
      let ticks = 0
      const timer = setInterval(() => {
        burn()
        if (++ticks < 2) return
        clearInterval(timer)
        resolve(undefined)
      }, 2)
    }),
  immediate: (burn) => new Promise((resolve) => setImmediate(() => resolve(burn()))),
  nextTick: (burn) => new Promise((resolve) => process.nextTick(() => resolve(burn()))),
  microtask: (burn) => new Promise((resolve) => queueMicrotask(() => resolve(burn()))),
  microtaskChain: (burn) =>
    new Promise((resolve) => {
      const next = (left: number) => queueMicrotask(() => (left > 0 ? next(left - 1) : resolve(burn())))
      next(50)
    }),
  sleepPromise: async (burn) => {
    burn()
    await sleep(5)
    burn()
  },
  immediatePromise: async (burn) => {
    await immediately()
    burn()
  },
  intervalIterator: async (burn) => {
    for await (const _ of every(2)) {
      burn()
      break
    }
  },
  thenable: async (burn) => {
    // biome-ignore lint/suspicious/noThenProperty: a thenable that is no promise is what is tried here.
    await { then: (resolve: (value: unknown) => void) => resolve(burn()) }
    burn()
  },
  asyncGenerator: async (burn) => {
    async function* steps() {
      for (let i = 0; i < 2; i++) {
        await sleep(1)
        burn()
        yield i
      }
    }
    for await (const _ of steps()) burn()
  },
  promiseAll: (burn) =>
    Promise.all(
      [1, 2].map(async (ms) => {
        await sleep(ms)
        burn()
      }),
    ),
  abortTimeout: async (burn) => {
    const signal = AbortSignal.timeout(3)
    await new Promise((resolve) => signal.addEventListener('abort', () => resolve(burn())))
  },
  emitter: async (burn) => {
    const emitter = new EventEmitter()
    emitter.on('go', burn)
    await sleep(1)
    emitter.emit('go')
  },
  eventsOnce: async (burn) => {
    const emitter = new EventEmitter()
    setTimeout(() => emitter.emit('go'), 2)
    await once(emitter, 'go')
    burn()
  },
  eventTarget: async (burn) => {
    const target = new EventTarget()
    target.addEventListener('go', burn)
    await sleep(1)
    target.dispatchEvent(new Event('go'))
  },
  stream: async (burn) => {
    for await (const _ of Readable.from(['a', 'b'])) burn()
  },
  pipeline: (burn) =>
    pipeline(
      Readable.from(['a', 'b']),
      new Transform({
        transform(chunk, _encoding, done) {
          burn()
          setImmediate(done, null, chunk)
        },
      }),
      new Writable({ write: (_chunk, _encoding, done) => setTimeout(() => done(burn() as undefined), 1) }),
    ),
  webStream: async (burn) => {
    const source = new ReadableStream({
      pull(controller) {
        burn()
        controller.enqueue('a')
        controller.close()
      },
    })
    const doubled = source.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          burn()
          controller.enqueue(chunk)
        },
      }),
    )
    for await (const _ of doubled) burn()
  },
  messagePort: (burn) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.once('message', () => {
        burn()
        port1.close()
        resolve(undefined)
      })
      port2.postMessage(1)
    }),
  broadcastChannel: (burn) =>
    new Promise((resolve) => {
      const name = randomBytes(8).toString('hex')
      const [from, to] = [new BroadcastChannel(name), new BroadcastChannel(name)]
      to.onmessage = () => {
        burn()
        from.close()
        to.close()
        resolve(undefined)
      }
      from.postMessage(1)
    }),
}

/** Thread pool, network, other threads and processes. `port` is one that answers HTTP with `ok`. */
export function outsideWays(port: number): Record<string, Way> {
  const origin = `http://127.0.0.1:${port}`
  // Fewer sockets than requests: most are taken over from another request, or waited for.
  const agent = new Agent({ keepAlive: true, maxSockets: 2 })
  return {
    fsCallback: (burn) => new Promise((resolve) => readFile(here, () => resolve(burn()))),
    fsPromise: async (burn) => {
      await readFilePromise(here)
      burn()
    },
    fsStream: async (burn) => {
      for await (const _ of createReadStream(here)) burn()
    },
    zlib: (burn) => new Promise((resolve) => gunzip(zipped, () => resolve(burn()))),
    crypto: (burn) => new Promise((resolve) => pbkdf2('a', 'b', 100, 32, 'sha256', () => resolve(burn()))),
    webCrypto: (burn) => webcrypto.subtle.digest('SHA-256', zipped).then(burn),
    dns: (burn) => new Promise((resolve) => lookup('localhost', () => resolve(burn()))),
    dnsPromise: (burn) => lookupPromise('localhost').then(burn),
    http: (burn) =>
      new Promise((resolve, reject) => {
        const call = get(origin, (response) => {
          response.on('data', () => {})
          response.on('end', () => resolve(burn()))
        })
        call.on('error', reject)
      }),
    httpKeepAlive: (burn) =>
      new Promise((resolve, reject) => {
        const call = request(origin, { agent }, (response) => {
          burn()
          response.on('data', () => {})
          response.on('end', () => resolve(burn()))
        })
        call.on('error', reject).end()
      }),
    fetch: async (burn) => {
      const response = await fetch(origin)
      burn()
      await response.text()
      burn()
    },
    socket: (burn) =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.end('GET / HTTP/1.0\r\n\r\n'))
        socket.once('data', burn)
        socket.on('close', () => resolve(burn())).on('error', reject)
      }),
    datagram: (burn) =>
      new Promise((resolve) => {
        const socket = createSocket('udp4', () => {
          burn()
          socket.close(() => resolve(undefined))
        })
        socket.bind(0, '127.0.0.1', () => socket.send('a', socket.address().port, '127.0.0.1'))
      }),
    exec: (burn) => new Promise((resolve) => exec('exit 0', () => resolve(burn()))),
    worker: (burn) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true })
        worker.once('message', () => resolve(burn()))
        worker.once('error', reject)
      }),
  }
}
