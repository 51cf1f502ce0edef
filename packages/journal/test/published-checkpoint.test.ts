import { randomUUID } from 'node:crypto';
import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedCheckpoint } from '../src/sealer.ts';
import { parcelChange, type Scratch, scratchJournal } from './scratch/scratch-journal.ts';

const signingKey = Buffer.alloc(32, 7).toString('base64');
/** Of which one has begun long before this test, and ends long after it. */
const everyMs = 10 * 365 * 24 * 3_600_000;
let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchJournal();
});
afterAll(() => scratch.stop());

describe('the checkpoint that outsiders are shown', () => {
  it('stays what it was, whatever is recorded and sealed until the interval is over', async () => {
    const { journal, sealerPool } = scratch;
    journal.start({ sealer: { pool: sealerPool, signingKey }, publishEveryMs: everyMs });
    for (const _time of [1, 2]) {
      const before = await journal.newestCheckpoint();
      await journal.record({ changes: [parcelChange(randomUUID(), 0)] });
      await eventually(async () => (await journal.newestCheckpoint()) !== before);
      expect(await journal.publishedCheckpoint()).toBeNull();
    }
    await journal.stop();
  });

  it('is the newest one that was there at the last instant of the schedule, which hangs on the clock alone', async () => {
    const { sealerPool, pool } = scratch;
    const begun = new Date(Math.floor(Date.now() / everyMs) * everyMs);
    for (const [size, note, offsetMs] of [
      [1001, 'of the interval before', -10_000],
      [1002, 'at its end', 0],
      [1003, 'of this one', 1],
    ] as const)
      await sealerPool.query('insert into checkpoint (size, note, time) values ($1, $2, $3)', [
        size,
        note,
        new Date(begun.getTime() + offsetMs),
      ]);
    expect(await publishedCheckpoint(pool, everyMs)).toBe('at its end');
    expect(await publishedCheckpoint(pool, 1)).toBe('of this one');
  });
});
