// Another company's server, which returns exchange rates, slowly. It is a process of its own, so that its work does not
// count as the shop's.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const rates = { EUR: 1, USD: 1.08, GBP: 0.86, CHF: 0.95, JPY: 162.4 }

const server = createServer((_request, response) => {
  setTimeout(
    () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ base: 'EUR', rates }))
    },
    15 + Math.random() * 45,
  )
})

server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})
// Ctrl-C goes to every process of the terminal; this one waits for the shop to finish with it.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
