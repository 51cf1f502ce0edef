import type { WorkPlace } from '@rohnamo/contracts';
import type { Actor } from '@rohnamo/journal';
import { actorOf, currentTrace } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { placeOf } from './place.ts';

/** Who acts, when and in which trace: what every entry says beside what happened. */
export interface Act {
  actor: Actor;
  organisationId: string;
  /** Where in their organisation they work; nothing of whoever pushes a file. */
  at?: WorkPlace;
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
  at: placeOf(request.caller),
  time,
  traceparent: currentTrace() ?? null,
  route: `${request.method} ${request.routeOptions.url}`,
});
