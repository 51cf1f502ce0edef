import { startWorker, type Worker } from '@rohnamo/journal';
import { newTrace, runInTrace } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { actBySystem } from './system-action.ts';
import { nextWake } from './time-limits.ts';

const batchMax = 100;
const pauseMs = 1000;

/** Wakes what has waited long enough: expires, closes and cancels by the clock. Two replicas that wake the same do it once. */
export function startWaking(context: Context, onError: (error: unknown) => void): Worker {
  const wakeOne = (id: string) =>
    runInTrace(newTrace(), () =>
      actBySystem(context, id, (row, now) => {
        const wake = nextWake(context.limits, row);
        return wake && wake.at <= now ? { action: wake.action, body: {} } : null;
      }),
    );
  return startWorker({
    pauseMs,
    onError,
    step: async () => {
      const due = await context.store.due(context.now(), batchMax);
      const results = await Promise.allSettled(due.map(({ id }) => wakeOne(id)));
      for (const result of results) if (result.status === 'rejected') onError(result.reason);
      const allWell = results.every(({ status }) => status === 'fulfilled');
      return due.length === batchMax && allWell ? 'more' : 'idle';
    },
  });
}
