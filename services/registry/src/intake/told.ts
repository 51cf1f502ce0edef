import { refused, type Refused } from '@rohnamo/service-kit';
import type { IntakeBatchRow } from '../schema.ts';

const dayMs = 24 * 3600 * 1000;

/** Until when it is kept what the rows of batches did: those that were over at that instant, or before, are forgotten. */
export const forgottenUntil = (now: Date, takeBackDays: number) => ({
  batchesUntil: new Date(now.getTime() - takeBackDays * dayMs),
  previewsUntil: new Date(now.getTime() - dayMs),
});

/** Why it cannot be told any more, or never could, what the rows of a batch did; null where it can. */
export function refuseUntold(batch: IntakeBatchRow, now: Date, takeBackDays: number): Refused | null {
  if (batch.rowsTold < batch.rowsRead)
    return refused('rows-not-kept', {
      detail: 'An earlier version worked off rows of this batch, which did not keep what they did.',
    });
  const { batchesUntil, previewsUntil } = forgottenUntil(now, takeBackDays);
  if (batch.finishedAt === null || batch.finishedAt > (batch.dryRun ? previewsUntil : batchesUntil)) return null;
  const days = batch.dryRun ? 'a day' : `${takeBackDays} days`;
  return refused('rows-not-kept', { detail: `What its rows did was kept for ${days} after it was worked off.` });
}
