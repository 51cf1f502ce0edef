import { randomUUID } from 'node:crypto';
import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLease, type Journal, noteKey, openCheckpoint, readFeed, verifierKey } from '../src/index.ts';
import { leafHash } from '../src/tree/leaf.ts';
import { rootOf } from '../src/tree/hashing.ts';
import { parcelChange, type Scratch, scratchJournal } from './scratch/scratch-journal.ts';

const signingKey = Buffer.alloc(32, 7).toString('base64');
let scratch: Scratch;
let journals: Journal[];
beforeAll(async () => {
  scratch = await scratchJournal();
  journals = [scratch.journal, scratch.journalOf()];
  for (const journal of journals) journal.start({ sealer: { pool: scratch.sealerPool, signingKey } });
});
afterAll(async () => {
  await Promise.all(journals.map((journal) => journal.stop()));
  await scratch.stop();
});

describe('the sequencer', () => {
  it('gives every entry of two writers one contiguous position', async () => {
    await Promise.all(
      Array.from({ length: 1500 }, (_, i) => journals[i % 2]!.record({ changes: [parcelChange(randomUUID(), 0)] })),
    );
    const feed = await eventually(async () => {
      const entries = await readFeed(scratch.pool, { after: 0, limit: 2000 });
      return entries.length === 1500 && entries;
    });
    expect(feed.map(({ position }) => position)).toEqual(Array.from({ length: 1500 }, (_, i) => i + 1));
    expect(new Set(feed.map(({ id }) => id)).size).toBe(1500);
    expect(scratch.errors).toEqual([]);
  });

  it('is one at a time: who does not hold the lease places nothing, and a later leader has a higher epoch', async () => {
    const [first, second] = [
      createLease({ pool: scratch.pool, name: 'who leads' }),
      createLease({ pool: scratch.pool, name: 'who leads' }),
    ];
    expect(await first.acquire()).toMatchObject({ epoch: 1 });
    expect(await second.acquire()).toBeNull();
    await first.release();
    expect(await second.acquire()).toMatchObject({ epoch: 2 });
    expect(await first.acquire()).toBeNull();
  });
});

describe('the sealer', () => {
  it('signs a checkpoint over exactly the entries that are placed', async () => {
    const key = noteKey('rohnamo/scratch', signingKey);
    const checkpoint = await eventually(async () => {
      const note = await scratch.journal.newestCheckpoint();
      const opened = note === null ? null : openCheckpoint(note, verifierKey(key));
      return opened?.size === 1500 && opened;
    });
    const entries = await readFeed(scratch.pool, { after: 0, limit: 2000 });
    expect(checkpoint.root).toEqual(rootOf(entries.map(leafHash)));
  });
});
