import type { Subscription } from '@rohnamo/contracts';
import { actorOf, currentTrace } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import type { SubscriptionRow } from '../schema.ts';
import type { Said } from './decide.ts';

/** Who acts in a request, when, in which trace. */
export const saidBy = (request: FastifyRequest, now: Date): Said => ({
  now,
  actor: actorOf(request),
  traceparent: currentTrace() ?? null,
});

/** A subscription as it is shown: without its secrets. */
export const viewOf = ({
  id,
  version,
  organisationId,
  clientId,
  url,
  facilityIds,
  types,
  state,
  stopReason,
  createdAt,
}: SubscriptionRow): Subscription => ({
  id,
  version,
  organisationId,
  clientId,
  url,
  ...(facilityIds === null ? {} : { facilityIds }),
  ...(types === null ? {} : { types }),
  state,
  stopReason,
  createdAt: createdAt.toISOString(),
});
