import { setTimeout as pause } from 'node:timers/promises';
import { createLease, leadership, startWorker } from '@rohnamo/journal';
import { withTraceparent } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { DeliveryMetrics } from './metrics.ts';
import { send } from './send.ts';
import { createSlots } from './slots.ts';
import type { Due } from './store.ts';

export interface DelivererOptions {
  context: Context;
  metrics: DeliveryMetrics;
  firstRetryMs: number;
  onError: (error: unknown) => void;
}

const concurrencyMax = 256;
const perSubscriptionMax = 4;
const pollIntervalMs = 500;
/** How long a delivery rests when we, not the endpoint, failed: the database or the key. */
const restMs = 5000;
/** How long calls under way may take to end at a stop. */
const stopWithinMs = 6000;

/**
 * Sends what is due. One replica leads at a time. A crash between a call and the writing of its result means that the call is
 * made again under the same webhook-id: at least once.
 */
export function startDeliverer({ context, metrics, firstRetryMs, onError }: DelivererOptions) {
  const { journal, deliveries, checkpoint, now } = context;
  const leading = leadership(createLease({ pool: journal.pool, name: 'deliverer' }));
  const slots = createSlots({ concurrencyMax, perSubscriptionMax, now });
  const underWay = new Set<Promise<void>>();
  const abort = new AbortController();

  const step = async () => {
    const limit = slots.freeCount();
    if (limit === 0 || (await leading.lead()) === null) return 'idle';
    const due = await deliveries.due({
      now: now(),
      except: slots.deliveries(),
      busy: slots.busySubscriptions(),
      paused: slots.pausedSubscriptions(),
      perSubscriptionMax,
      limit,
    });
    if (due.length === 0) return 'idle';
    for (const { subscription } of due) if (subscription.state === 'stopped') slots.resume(subscription.id);
    const note = await checkpoint.read();
    const begun = due.filter(({ delivery, subscription }) => slots.take(delivery.id, subscription.id));
    for (const one of begun) begin(one, note);
    return due.length === limit && begun.length > 0 ? 'more' : 'idle';
  };

  const begin = (due: Due, note: string | null): void => {
    const { delivery, subscription } = due;
    let othersMayWait = true;
    const sending = async () => {
      const sent = await send({ context, metrics, firstRetryMs }, due, { checkpoint: note, signal: abort.signal });
      if (sent === null) return;
      if (sent.pausedUntil !== null) slots.pause(subscription.id, sent.pausedUntil);
      othersMayWait = !slots.hasRoom(subscription.id); // a look passes over whoever has no room
      slots.note(subscription.id, sent.outcome === 'retrying');
      if (sent.wakeAt !== null) wakeSoon(sent.wakeAt);
    };
    const done = withTraceparent(delivery.traceparent ?? undefined, sending)
      .catch(async (error: unknown) => {
        onError(error);
        await pause(restMs, undefined, { signal: abort.signal }).catch(() => undefined);
      })
      .finally(() => {
        slots.release(delivery.id);
        underWay.delete(done);
        if (othersMayWait) worker.wake();
      });
    underWay.add(done);
  };

  /** What is due before the next look is not left waiting for it. */
  const wakeSoon = (at: Date): void => {
    const inMs = at.getTime() - now().getTime();
    if (inMs < pollIntervalMs) setTimeout(() => worker.wake(), Math.max(0, inMs)).unref();
  };

  const worker = startWorker({ step, pauseMs: pollIntervalMs, onError });
  return {
    /** Looks at once for what is due. @param subscriptionId whose pause, where it has asked for one, is over: somebody wants to send */
    wake(subscriptionId?: string): void {
      if (subscriptionId !== undefined) slots.resume(subscriptionId);
      worker.wake();
    },
    /** Begins nothing more, waits for what is under way, hangs up on what takes too long, and lets another lead. */
    async stop() {
      await worker.stop();
      const timer = setTimeout(() => abort.abort(), stopWithinMs);
      await Promise.all(underWay);
      clearTimeout(timer);
      await leading.release();
    },
  };
}
export type Deliverer = ReturnType<typeof startDeliverer>;
