import { startWorker, type Worker } from '@rohnamo/journal';
import { newTrace, runInTrace } from '@rohnamo/service-kit';
import { askWhereDue } from '../consent/settle.ts';
import type { Context } from '../context.ts';
import { dueCommand, nextWake } from './next-wake.ts';
import { actBySystem } from './system-action.ts';

const batchMax = 100;
const pauseMs = 1000;

/**
 * Wakes what has waited long enough: reminds, escalates, expires, closes and cancels by the clock, and asks again how a consent stands
 * of which the registry could not say so. Two replicas that wake the same do it once.
 */
export function startWaking(context: Context, onError: (error: unknown) => void): Worker {
  return startWorker({
    pauseMs,
    onError,
    step: async () => {
      const due = await context.store.due(context.now(), batchMax);
      const results = await Promise.allSettled(due.map(({ id }) => wake(context, id)));
      for (const result of results) if (result.status === 'rejected') onError(result.reason);
      const allWell = results.every(({ status }) => status === 'fulfilled');
      return due.length === batchMax && allWell ? 'more' : 'idle';
    },
  });
}

const wake = (context: Context, id: string): Promise<void> =>
  runInTrace(newTrace(), async () => {
    const hasActed = await actBySystem(context, id, (row, now) => dueCommand(context.limits, row, now));
    if (!hasActed && !(await askWhereDue(context, id))) await letSleep(context, id);
  });

/**
 * What was woken for nothing, as after a change of the limits, sleeps until there is something to do: else it would stand before
 * what is due. When it wakes follows from the row and the limits, so its version stays and there is no entry.
 */
async function letSleep({ journal, store, limits, now }: Context, id: string): Promise<void> {
  const row = await store.referral(id);
  if (row === null || row.wakeAt === null || row.wakeAt > now()) return;
  const state = { ...row, wakeAt: nextWake(limits, row)?.at ?? null };
  await journal.record({
    projections: [{ kind: 'referral', id, expected: row.version, version: row.version, state }],
  });
}
