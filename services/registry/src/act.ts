import type { Actor } from '@rohnamo/journal';
import { actorOf, currentTrace } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';

/** Who acts, when and in which trace: what every entry says beside what happened. */
export interface Act {
  actor: Actor;
  organisationId: string;
  time: Date;
  traceparent: string | null;
}

/** An act by a request; `route` is what was asked, without any value. */
export interface RequestAct extends Act {
  route: string;
}

export const actOf = (request: FastifyRequest, time: Date): RequestAct => ({
  actor: actorOf(request),
  organisationId: request.caller.organisationId,
  time,
  traceparent: currentTrace() ?? null,
  route: `${request.method} ${request.routeOptions.url}`,
});
