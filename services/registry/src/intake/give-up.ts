import type { Change } from '@rohnamo/journal';
import { isDatabaseUnavailable } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { IntakeBatchRow } from '../schema.ts';
import { failed } from './decide.ts';
import { createIntakeStore } from './store.ts';

/** Failures one after the other after which a batch is given up. */
const failuresMax = 10;

export interface GivingUpOptions extends Pick<Context, 'journal' | 'pool' | 'now'> {
  /** What is recorded of a batch that is given up; that it has failed, where nothing is said. */
  givenUp?: (batch: IntakeBatchRow, time: Date) => Change;
  /** Told why a batch is given up. */
  onError: (error: unknown) => void;
}

/**
 * Does something for a batch. One on which nothing but failures of its own come is given up, so that it holds up nobody: its rows
 * are forgotten once that is recorded, and kept where it has moved since it was read, for somebody else is at work on it.
 * @throws whatever failed, as long as the batch is not given up.
 */
export function createGivingUp({ journal, pool, now, givenUp = failed, onError }: GivingUpOptions) {
  const store = createIntakeStore(pool);
  const failures = new Map<string, number>();

  return async (batch: IntakeBatchRow, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      failures.delete(batch.id);
    } catch (error) {
      if (isPassing(error)) throw error;
      const count = (failures.get(batch.id) ?? 0) + 1;
      failures.set(batch.id, count);
      if (count < failuresMax) throw error;
      onError(error);
      const outcome = await journal.record({ changes: [givenUp(batch, now())] });
      failures.delete(batch.id);
      if (outcome.kind === 'recorded') await store.forgetBatch(batch.id);
    }
  };
}

/** What a database that is busy, away or full makes of reads and of `record`: not the batch's fault. */
const isPassing = (error: unknown): boolean =>
  isDatabaseUnavailable(error) ||
  (error instanceof Error &&
    'code' in error &&
    ['overloaded', 'dependency-unavailable', 'outcome-unknown'].includes(String(error.code)));
