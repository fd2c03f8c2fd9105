// Puts a bounded load on the shop, at a rate that does not drop when the shop is slow. Runs as a process of its own:
// `load.ts ORIGIN SECONDS`.

import { Agent, request } from 'node:http'

interface Visit {
  /** Requests per second. */
  rate: number
  method?: 'GET' | 'POST'
  path: () => string
  body?: () => string
}

/** Most requests open at a time; one that is due while that many are open is skipped. */
const openAtMost = 60
const [origin, seconds] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: openAtMost })

const visits: Visit[] = [
  { rate: 8, path: () => '/health' },
  { rate: 8, path: () => `/users/${upTo(920)}` },
  { rate: 3, path: () => `/users?search=${pick(['a', 'br', 'cork', 'gru'])}&limit=50` },
  { rate: 4, path: () => `/orders/${upTo(4000)}` },
  { rate: 3, method: 'POST', path: () => '/orders', body: order },
  { rate: 2, path: () => `/prices/${pick(['USD', 'GBP', 'JPY', 'XXX'])}` },
  { rate: 3, path: () => `/docs/${pick(['shipping', 'teas'])}` },
  { rate: 1, path: () => `/search?q=${pick(['cup', 'tray'])}&visit=${Date.now()}` },
  { rate: 0.7, path: () => '/reports/duplicates' },
]
if (process.argv.includes('--gc')) visits.push({ rate: 1, path: () => '/orders/export' })

let open = 0
for (const visit of visits) keepVisiting(visit)
setTimeout(() => process.exit(), Number(seconds) * 1000)
// Ctrl-C goes to every process of the terminal; this one waits for the shop.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())

/** Sends a request at once, and then more as visitors come: independently of each other, `rate` a second on average. */
function keepVisiting(visit: Visit): void {
  visitOnce(visit)
  setTimeout(keepVisiting, (-Math.log(1 - Math.random()) * 1000) / visit.rate, visit)
}

/** Sends one request. Errors are ignored here: they show on the dashboard. */
function visitOnce({ method = 'GET', path, body }: Visit): void {
  if (open >= openAtMost) return
  open++
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const sent = request(origin + path(), { method, agent, headers }, (response) => response.resume())
  sent.on('error', () => {})
  sent.on('close', () => open--)
  sent.end(body?.())
}

function order(): string {
  const lines = Array.from({ length: upTo(30) }, () => ({
    product: pick(['cup', 'tray', 'whisk']),
    quantity: upTo(5),
    cents: upTo(4000),
  }))
  return JSON.stringify({ userId: upTo(900), currency: pick(['EUR', 'USD', 'CHF']), lines })
}

function upTo(limit: number): number {
  return 1 + Math.floor(Math.random() * limit)
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]
}
