import { randomUUID } from 'node:crypto';
import { eventually } from '@rohnamo/testkit';
import pg from 'pg';
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

  it('keeps a subject’s versions in their order, whatever the clocks of those who wrote them say', async () => {
    const subject = randomUUID();
    const write = (id: string, version: number) =>
      scratch.pool.query(
        `with e as (insert into entry (id, kind, subject, version, type, time, data, actor, nonce) values ($1, 'parcel', $2, $3, 'client.created.v1', now(), '{}', '{}', '\\x00') returning id)
         insert into unplaced (id) select id from e`,
        [id, subject, version],
      );
    await write('ffffffff-ffff-7fff-bfff-ffffffffffff', 1); // a clock that is ahead
    await write('00000000-0000-7000-8000-000000000001', 2); // and one that is behind
    const placed = await eventually(async () => {
      const { rows } = await scratch.pool.query<{ version: string }>(
        'select version from place join entry using (id) where subject = $1 order by position',
        [subject],
      );
      return rows.length === 2 && rows.map(({ version }) => Number(version));
    });
    expect(placed).toEqual([1, 2]);
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

  it('is let go of for good, whatever the clock of the server says next', async () => {
    const lease = createLease({ pool: scratch.pool, name: 'who led' });
    await lease.acquire();
    await lease.release();
    const { rows } = await scratch.pool.query(
      `select expires_at < now() - interval '1 year' as is_over from lease where name = 'who led'`,
    );
    expect(rows).toEqual([{ is_over: true }]);
  });
});

describe('a backlog', () => {
  it('is placed without being read through for every thousand of it', async () => {
    const { journal, pool, database, stop } = await scratchJournal();
    const figures = async () => {
      const { rows } = await pool.query<{ read: number; gone: number; placed: number }>(
        `select seq_tup_read::int as read, n_tup_del::int as gone, (select count(*)::int from place) as placed
         from pg_stat_user_tables where relname = 'unplaced'`,
      );
      return rows[0]!;
    };
    const owner = new pg.Client(database.ownerUrl);
    await owner.connect();
    await owner.query('vacuum (analyze) unplaced'); // as autovacuum does where little waits
    await owner.end();
    journal.start();
    for (let count = 1; count <= 20; count++) {
      await journal.record({ changes: [parcelChange(randomUUID(), 0)] }); // plans are kept from when few wait
      await eventually(async () => (await figures()).placed === count);
    }
    const count = 30_000;
    await pool.query(
      `with e as (insert into entry (id, kind, subject, version, type, time, data, actor, nonce)
         select gen_random_uuid(), 'parcel', gen_random_uuid(), 1, 'client.created.v1', now(), '{}', '{}', '\\x00' from generate_series(1, $1) returning id)
       insert into unplaced (id) select id from e`,
      [count],
    );
    const { read, placed } = await eventually(
      async () => {
        const counted = await figures(); // what a connection has done is counted up to ten seconds later
        return counted.gone >= count && counted;
      },
      { withinMs: 30_000 },
    );
    await journal.stop();
    await stop();
    expect(placed).toBe(count + 20);
    expect(read).toBeLessThan(4 * count);
  }, 60_000);
});

describe('the sealer', () => {
  it('signs a checkpoint over exactly the entries that are placed', async () => {
    const key = noteKey('rohnamo/scratch', signingKey);
    const checkpoint = await eventually(async () => {
      const note = await scratch.journal.newestCheckpoint();
      const opened = note === null ? null : openCheckpoint(note, verifierKey(key));
      return opened?.size === 1502 && opened;
    });
    const entries = await readFeed(scratch.pool, { after: 0, limit: 2000 });
    expect(checkpoint.root).toEqual(rootOf(entries.map(leafHash)));
  });
});
