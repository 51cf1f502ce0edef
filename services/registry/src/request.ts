import type { Actor, IdempotencyKey } from '@rohnamo/journal';
import { currentTrace, fingerprint, idempotencyKeyOf } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';

/** Who acts, when and in which trace: what every entry says beside what happened. */
export interface Act {
  actor: Actor;
  organisationId: string;
  time: Date;
  traceparent: string | null;
}

export function actOf({ caller }: FastifyRequest, time: Date): Act {
  const { clientId, organisationId, role, actingPerson } = caller;
  return {
    actor: { kind: 'client', clientId, organisationId, role, actingPerson },
    organisationId,
    time,
    traceparent: currentTrace() ?? null,
  };
}

/** The Idempotency-Key of a request and what it was used for; undefined without one. */
export function keyOf(request: FastifyRequest): IdempotencyKey | undefined {
  const key = idempotencyKeyOf(request);
  return key === null ? undefined : { client: request.caller.clientId, key, fingerprint: fingerprint(request) };
}
