import type { FastifyReply } from 'fastify'
import { jsonSteps } from '../formats/json.ts'
import { packSteps } from '../formats/packed.ts'
import { packedType } from '../model/packed.ts'
import type { Profile } from '../model/profile.ts'
import { stepwise } from '../steps.ts'

const jsonType = 'application/json; charset=utf-8'

/**
 * Sends a value as JSON text of our own, so that serializers and `preSerialization` hooks of the application do not
 * change it.
 */
export function sendJson(reply: FastifyReply, value: unknown): void {
  sendBody(reply, jsonType, JSON.stringify(value))
}

/** Sends a large value as JSON, like {@link sendJson}, without holding the event loop for long. */
export async function sendLongJson(reply: FastifyReply, value: unknown): Promise<void> {
  sendBody(reply, jsonType, await stepwise(jsonSteps(value)))
}

/** Sends a profile in the packed form that the page reads. */
export async function sendPacked(reply: FastifyReply, profile: Profile): Promise<void> {
  sendBody(reply, packedType, await stepwise(packSteps(profile)))
}

/** Sends text or bytes as they are. */
export function sendBody(reply: FastifyReply, contentType: string, body: string | Uint8Array): void {
  void reply.type(contentType).serializer(asIs).send(body)
}

function asIs(payload: unknown): string {
  return payload as string
}
