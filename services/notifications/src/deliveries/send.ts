import { type Change, crashPoint } from '@rohnamo/journal';
import { currentTrace } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { DeliveryRow } from '../schema.ts';
import { attempt } from './attempt.ts';
import { afterAttempt, givenUp } from './decide.ts';
import type { DeliveryMetrics } from './metrics.ts';
import type { Due } from './store.ts';

/** What a delivery is after it was sent, as far as what follows depends on it. */
export type Sent = Pick<DeliveryRow, 'state' | 'wakeAt'>;

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
    return write(context, givenUp(delivery, now()));
  }
  const traceparent = currentTrace() ?? null;
  const startedAt = performance.now();
  crashPoint('deliver.before-post');
  const outcome = await attempt(context, due, { checkpoint, traceparent, signal });
  if (signal.aborted) return null;
  crashPoint('deliver.after-post');
  const change = afterAttempt(delivery, outcome, { now: now(), random: random(), firstRetryMs, traceparent });
  const sent = await write(context, change);
  metrics.tried({ state: sent.state, durationMs: performance.now() - startedAt });
  return sent;
}

async function write({ journal }: Context, change: Change): Promise<Sent> {
  const outcome = await journal.record({ changes: [change] });
  // Lost to another version: it was resent meanwhile, or another leads by now. What is there stands.
  if (outcome.kind === 'refused') throw new Error('the database refused what came of a try', { cause: outcome });
  return change.state as Sent; // the whole next row of a delivery
}
