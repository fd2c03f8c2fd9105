import type { FastifyInstance } from 'fastify'

interface Rates {
  base: string
  rates: Record<string, number>
}

/** Prices in another currency: a route that mostly waits for somebody else's server. */
export async function prices(app: FastifyInstance, { ratesOrigin }: { ratesOrigin: string }): Promise<void> {
  app.get<{ Params: { currency: string } }>('/:currency', async (request, reply) => {
    const rate = await rateOf(ratesOrigin, request.params.currency)
    if (Number.isNaN(rate)) return reply.code(404).send({ error: 'no such currency' })
    return { currency: request.params.currency, teapot: (19.9 * rate).toFixed(2) }
  })
}

/** Exchange rate of a currency; NaN for one that the service does not know. */
export async function rateOf(ratesOrigin: string, currency: string): Promise<number> {
  const response = await fetch(`${ratesOrigin}/rates`)
  const { rates } = (await response.json()) as Rates
  return rates[currency] ?? Number.NaN
}
