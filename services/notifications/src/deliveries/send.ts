import type { EventType } from '@rohnamo/contracts';
import { type Change, crashPoint, system } from '@rohnamo/journal';
import { currentTrace } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { DeliveryRow } from '../schema.ts';
import { stopped } from '../subscriptions/decide.ts';
import { attempt } from './attempt.ts';
import { afterAttempt, askedToWaitUntil, givenUp, isGone } from './decide.ts';
import type { DeliveryMetrics } from './metrics.ts';
import type { Due } from './store.ts';

/** What came of sending a delivery, as far as what follows depends on it. */
export interface Sent {
  outcome: 'delivered' | 'retrying' | 'failed';
  /** When it is tried again. */
  wakeAt: Date | null;
  /** Until when the endpoint has asked not to be called. */
  pausedUntil: Date | null;
}

const outcomeOf: Partial<Record<EventType, Sent['outcome']>> = {
  'delivery.succeeded.v1': 'delivered',
  'delivery.retried.v1': 'retrying',
};

/**
 * Makes one try and writes what came of it, at the version that the delivery was read at. null when we hung up ourselves, which
 * says nothing about the endpoint: the delivery stays due.
 * @throws when it cannot be written or the secret cannot be read: ours to mend, no failure of the endpoint.
 */
export async function send(
  { context, metrics, firstRetryMs }: { context: Context; metrics: DeliveryMetrics; firstRetryMs: number },
  due: Due,
  { checkpoint, signal }: { checkpoint: string | null; signal: AbortSignal },
): Promise<Sent | null> {
  const { now, random } = context;
  const { delivery, subscription } = due;
  if (subscription.state === 'stopped') {
    metrics.settled('failed');
    return write(context, { change: givenUp(delivery, now()) });
  }
  const traceparent = currentTrace() ?? null;
  const startedAt = performance.now();
  crashPoint('deliver.before-post');
  const outcome = await attempt(context, due, { checkpoint, traceparent, signal });
  if (signal.aborted) return null;
  crashPoint('deliver.after-post');
  const at = now();
  const change = afterAttempt(delivery, outcome, { now: at, random: random(), firstRetryMs, traceparent });
  const sent = await write(context, {
    change,
    pausedUntil: askedToWaitUntil(outcome, at),
    // Nothing more is wanted there: in one unit, so that there is no call that says so without its subscription being stopped.
    beside: isGone(outcome) ? [stopped(subscription, 'gone', { now: at, actor: system, traceparent }).change] : [],
  });
  metrics.tried({ state: sent.outcome, durationMs: performance.now() - startedAt });
  return sent;
}

async function write(
  { journal }: Context,
  { change, beside = [], pausedUntil = null }: { change: Change; beside?: Change[]; pausedUntil?: Date | null },
): Promise<Sent> {
  const outcome = await journal.record({ changes: [change, ...beside] });
  // Lost to another version: it was resent meanwhile, its subscription was rotated, or another leads by now. What is there stands.
  if (outcome.kind === 'refused') throw new Error('the database refused what came of a try', { cause: outcome });
  const { wakeAt } = change.state as Pick<DeliveryRow, 'wakeAt'>; // the whole next row of a delivery
  return { outcome: outcomeOf[change.entry.type] ?? 'failed', wakeAt, pausedUntil };
}
