import { createLease, leadership, startWorker, type Worker } from '@rohnamo/journal';
import type { IntakeBatchRow } from '../schema.ts';
import { type ChunkOptions, createChunkTaker } from './chunk.ts';
import { failed } from './decide.ts';
import { createIntakeStore } from './store.ts';

/** Failures one after the other after which a batch is given up. */
const failuresMax = 10;
const sweepEveryMs = 3600 * 1000;
const pauseMs = 1000;

export interface IntakeWorkerOptions extends ChunkOptions {
  onError: (error: unknown) => void;
}

/**
 * Works batches off in the background, a chunk at a time: what a chunk changes and how far the batch has got are one commit, so
 * that a crash between two chunks loses nothing and counts nothing twice. One replica leads, by a lease that ends with it; a
 * second one at work, should it come to that, loses the race for the batch's version and has done nothing.
 */
export function startIntakeWorker(options: IntakeWorkerOptions): Worker {
  const { journal, pool, now, onError } = options;
  const leading = leadership(createLease({ pool, name: 'intake' }));
  const store = createIntakeStore(pool);
  const takeChunk = createChunkTaker(options);
  const failures = new Map<string, number>();
  let sweptAt = 0;

  const step = async () => {
    if ((await leading.lead()) === null) return 'idle';
    const batch = await store.nextOpen();
    if (batch !== null) {
      await withFailuresCounted(batch, () => takeChunk(batch));
      return 'more';
    }
    if (now().getTime() - sweptAt < sweepEveryMs) return 'idle';
    await store.sweep(now());
    sweptAt = now().getTime();
    return 'idle';
  };

  /** A batch on which we fail again and again is given up, so that it holds up nobody. The database was there when the batch was read just before. */
  const withFailuresCounted = async (batch: IntakeBatchRow, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      failures.delete(batch.id);
    } catch (error) {
      if (isPassing(error)) throw error;
      const count = (failures.get(batch.id) ?? 0) + 1;
      failures.set(batch.id, count);
      if (count < failuresMax) throw error;
      failures.delete(batch.id);
      onError(error);
      await journal.record({ changes: [failed(batch, now())] });
      await store.forgetBatch(batch.id);
    }
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

/** What `record` throws where the database is busy or away: not the batch's fault. */
const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['overloaded', 'dependency-unavailable', 'outcome-unknown'].includes(String(error.code));
