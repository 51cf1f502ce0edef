import { createLease, leadership, startWorker, type Worker } from '@rohnamo/journal';
import { type ChunkOptions, createChunkTaker } from './chunk.ts';
import { createGivingUp } from './give-up.ts';
import { createOutcomeStore } from './outcome-store.ts';
import { createIntakeStore } from './store.ts';
import { takeBackFailed } from './take-back/batch.ts';
import { createTakeBackTaker } from './take-back/chunk.ts';
import { forgottenUntil } from './told.ts';

const sweepEveryMs = 3600 * 1000;
const pauseMs = 1000;

export interface IntakeWorkerOptions extends ChunkOptions {
  onError: (error: unknown) => void;
  /** Days for which it is kept what the rows of a batch did. */
  takeBackDays: number;
}

/**
 * Works batches off in the background, and takes them back, a chunk at a time: what a chunk changes and how far the batch has got are one commit, so
 * that a crash between two chunks loses nothing and counts nothing twice. One replica leads, by a lease that ends with it; a
 * second one at work, should it come to that, loses the race for the batch's version and has done nothing.
 */
export function startIntakeWorker(options: IntakeWorkerOptions): Worker {
  const { pool, now, onError, takeBackDays } = options;
  const leading = leadership(createLease({ pool, name: 'intake' }));
  const store = createIntakeStore(pool);
  const outcomes = createOutcomeStore(pool);
  const takeChunk = createChunkTaker(options);
  const orGiveUp = createGivingUp(options);
  const takeBack = createTakeBackTaker(options);
  const orGiveTakingBackUp = createGivingUp({ ...options, givenUp: takeBackFailed });
  let sweptAt = 0;

  const step = async () => {
    if ((await leading.lead()) === null) return 'idle';
    const [open, takingBack] = await Promise.all([store.nextOpen(), store.nextTakingBack()]);
    if (takingBack !== null && (open === null || takingBack.progressedAt < open.progressedAt)) {
      await orGiveTakingBackUp(takingBack, () => takeBack(takingBack));
      return 'more';
    }
    if (open !== null) {
      await orGiveUp(open, () => takeChunk(open));
      return 'more';
    }
    if (now().getTime() - sweptAt < sweepEveryMs) return 'idle';
    await store.sweep(now());
    await outcomes.forget(forgottenUntil(now(), takeBackDays));
    sweptAt = now().getTime();
    return 'idle';
  };

  const worker = startWorker({ step, pauseMs, onError });
  return {
    wake: worker.wake,
    async stop() {
      await worker.stop();
      await leading.release();
    },
  };
}
