import type { DeliveryFailure, DeliveryState } from '@rohnamo/contracts';
import { type Actor, type Change, type Decision, system } from '@rohnamo/journal';
import { refused, type Refused } from '@rohnamo/service-kit';
import { derivedId } from '../derived-id.ts';
import type { TellingEvent } from '../notices/decide.ts';
import type { DeliveryRow, SubscriptionRow } from '../schema.ts';
import { nextAttempt, tries } from './backoff.ts';
import { askedPauseMs } from './retry-after.ts';

/** What a try came to. */
export type Outcome = { status: number; retryAfter?: string } | { failure: DeliveryFailure };

type DeliveryEvent = 'delivery.queued.v1' | 'delivery.succeeded.v1' | 'delivery.retried.v1' | 'delivery.failed.v1';

/** A new delivery, due at once. */
export function queued(
  event: TellingEvent,
  { subscription, deskId }: { subscription: SubscriptionRow; deskId: string | null },
  now: Date,
): Change {
  const id = derivedId('delivery', event.id, subscription.id);
  const row: DeliveryRow = {
    id,
    version: 0,
    organisationId: subscription.organisationId,
    deskId,
    subscriptionId: subscription.id,
    referralId: event.data.referralId,
    eventId: event.id,
    eventType: event.type,
    state: 'waiting',
    attempts: 0,
    attemptsInRound: 0,
    lastStatus: null,
    lastFailure: null,
    wakeAt: now,
    queuedAt: now,
    createdAt: now,
    deliveredAt: null,
    traceparent: event.traceparent,
  };
  return changeOf(row, { type: 'delivery.queued.v1', now, actor: system, traceparent: event.traceparent });
}

/** The state of what was tried in vain. That an endpoint was told once stays so, whatever comes of sending it again. */
const unlessDelivered = ({ deliveredAt }: DeliveryRow, state: DeliveryState): DeliveryState =>
  deliveredAt === null ? state : 'delivered';

/**
 * What a delivery is after a try: delivered by a 2xx, else tried again later, else given up, by a 410 at once. The next try is when the schedule says, or
 * as late as the endpoint has asked for, but not later than there are tries at all.
 */
export function afterAttempt(
  delivery: DeliveryRow,
  outcome: Outcome,
  {
    now,
    random,
    firstRetryMs,
    traceparent,
  }: { now: Date; random: number; firstRetryMs: number; traceparent: string | null },
): Change {
  const attempts = delivery.attempts + 1;
  const attemptsInRound = delivery.attemptsInRound + 1;
  const tried = {
    ...delivery,
    attempts,
    attemptsInRound,
    lastStatus: 'status' in outcome ? outcome.status : null,
    wakeAt: null,
  };
  const said = { now, actor: system, traceparent };
  if ('status' in outcome && isSuccess(outcome.status)) {
    const delivered: DeliveryRow = { ...tried, state: 'delivered', lastFailure: null, deliveredAt: now };
    return changeOf(delivered, { ...said, type: 'delivery.succeeded.v1' });
  }
  const lastFailure = 'status' in outcome ? 'status' : outcome.failure;
  const pauseMs = nextAttempt(attemptsInRound, random, firstRetryMs);
  const endsAt = delivery.queuedAt.getTime() + tries.withinMs;
  if (isGone(outcome) || pauseMs === null || now.getTime() + pauseMs > endsAt) {
    const failed = { ...tried, state: unlessDelivered(delivery, 'failed'), lastFailure };
    return changeOf(failed, { ...said, type: 'delivery.failed.v1' });
  }
  const askedMs = 'status' in outcome ? askedPauseMs(outcome.retryAfter, now) : 0;
  const wakeAt = new Date(Math.min(endsAt, now.getTime() + Math.max(pauseMs, askedMs)));
  const retried = { ...tried, state: unlessDelivered(delivery, 'retrying'), lastFailure, wakeAt };
  return changeOf(retried, { ...said, type: 'delivery.retried.v1' });
}

/** Until when an endpoint has asked not to be called; null where it has not. */
export function askedToWaitUntil(outcome: Outcome, now: Date): Date | null {
  const pauseMs = 'status' in outcome && !isSuccess(outcome.status) ? askedPauseMs(outcome.retryAfter, now) : 0;
  return pauseMs === 0 ? null : new Date(now.getTime() + pauseMs);
}

/** Whether an endpoint says that it wants nothing more, of whatever there is (410). */
export const isGone = (outcome: Outcome): boolean => 'status' in outcome && outcome.status === 410;

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** A delivery whose subscription was stopped is given up without a try. */
export const givenUp = (delivery: DeliveryRow, now: Date): Change =>
  changeOf(
    { ...delivery, state: unlessDelivered(delivery, 'failed'), lastStatus: null, lastFailure: 'stopped', wakeAt: null },
    { type: 'delivery.failed.v1', now, actor: system, traceparent: delivery.traceparent },
  );

/** Queues a delivery anew, with a full round of tries, whatever came of it; one that is about to be sent is refused. */
export function resend(
  delivery: DeliveryRow,
  {
    subscriptionIsActive,
    now,
    actor,
    traceparent,
  }: { subscriptionIsActive: boolean; now: Date; actor: Actor; traceparent: string | null },
): Decision<DeliveryRow, Refused> {
  if (delivery.wakeAt !== null && delivery.attemptsInRound === 0)
    return { refuse: illegal('It is about to be sent already.') };
  if (!subscriptionIsActive) return { refuse: illegal('Its subscription is stopped.') };
  const row: DeliveryRow = {
    ...delivery,
    state: unlessDelivered(delivery, 'waiting'),
    attemptsInRound: 0,
    wakeAt: now,
    queuedAt: now,
    traceparent,
  };
  const change = changeOf(row, { type: 'delivery.queued.v1', now, actor, traceparent });
  return { record: { changes: [change] }, result: { ...row, version: delivery.version + 1 } };
}

const illegal = (detail: string): Refused => refused('illegal-action', { detail, extensions: { allowedActions: [] } });

function changeOf(
  row: DeliveryRow,
  { type, now, actor, traceparent }: { type: DeliveryEvent; now: Date; actor: Actor; traceparent: string | null },
): Change {
  const { id, version: expected, ...state } = row;
  const { referralId, eventType, organisationId, attempts } = row;
  return {
    kind: 'delivery',
    id,
    expected,
    state,
    entry: {
      type,
      data: { deliveryId: id, referralId, eventType, organisationId, state: row.state, attempts },
      detail: { lastStatus: row.lastStatus, lastFailure: row.lastFailure },
      actor,
      time: now,
      traceparent,
    },
  };
}
