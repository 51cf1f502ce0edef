import { randomUUID } from 'node:crypto';
import { eventually } from '@rohnamo/testkit';
import canonicalize from 'canonicalize';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteKey, openCheckpoint, readFeed, readTrail, verifierKey } from '../src/index.ts';
import { readLeaves } from '../src/feed.ts';
import { rootOf } from '../src/tree/hashing.ts';
import { hashOfLeaf, leafHash } from '../src/tree/leaf.ts';
import { type Scratch, scratchJournal } from './scratch/scratch-journal.ts';

const signingKey = Buffer.alloc(32, 7).toString('base64');
const verifier = verifierKey(noteKey('rohnamo/scratch', signingKey));
let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchJournal();
  await placeMore(4500);
  scratch.journal.start({ sealer: { pool: scratch.sealerPool, signingKey } });
});
afterAll(async () => {
  await scratch.journal.stop();
  await scratch.stop();
});

/** Entries of all sorts, which have their places already. */
const placeMore = (count: number) =>
  scratch.pool.query(
    `with e as (insert into entry (id, kind, subject, type, time, data, detail, actor, nonce)
        select gen_random_uuid(), 'parcel', gen_random_uuid(), 'parcel.observed.v1', now() + n * interval '1 ms',
          jsonb_build_object('n', n, 'name', 'Кӯлоб "' || n, '9', n / 8.0), nullif(jsonb_build_object('odd', n % 2), '{"odd": 0}'), '{"kind": "system"}', decode(md5(n::text), 'hex')
        from generate_series(1, $1::int) n returning id)
     insert into place (position, id) select (select coalesce(max(position), 0) from place) + row_number() over (), id from e`,
    [count],
  );
const newest = async () => {
  const note = await scratch.journal.newestCheckpoint();
  return note === null ? null : openCheckpoint(note, verifier);
};
const sealedAt = (size: number) =>
  eventually(async () => {
    const checkpoint = await newest();
    return checkpoint?.size === size && checkpoint;
  });
const rootOfAll = async (size: number) => {
  const entries = await readFeed(scratch.pool, { after: 0, limit: size });
  return rootOf(entries.map(leafHash));
};

describe('the sealer', () => {
  it('seals a backlog of several pages in its order, each entry once', async () => {
    expect((await sealedAt(4500)).root).toEqual(await rootOfAll(4500));
    expect(scratch.errors).toEqual([]);
  });

  it('writes nothing while another leads, and goes on from the tree as it stands when it leads again', async () => {
    const { rows } = await scratch.pool.query<{ until: Date }>(
      `update lease set holder = gen_random_uuid(), epoch = epoch + 1, expires_at = now() + interval '2.5 seconds' where name = 'sealer' returning expires_at as until`,
    );
    await placeMore(2100);
    expect((await sealedAt(6600)).root).toEqual(await rootOfAll(6600));
    const since = await scratch.pool.query('select from checkpoint where size > 4500 and time < $1', [rows[0]?.until]);
    expect(since.rowCount).toBe(0);
    expect(scratch.errors).toEqual([]);
  });

  it('hashes of an entry the text that RFC 8785 gives it, whatever time zone its session has', async () => {
    const subject = randomUUID();
    await scratch.pool.query(
      `with e as (insert into entry (id, kind, subject, type, time, data, detail, actor, audience, traceparent, nonce)
         values (gen_random_uuid(), 'parcel "é"', $1, 'parcel.observed.v1', '2026-02-28T23:59:59.12Z',
           '{"b": [1.0, 1e2], "a": {"10": null, "9": "\\u001f"}}', '{}', '{"kind": "system"}', $1, '00-1', '\\x0f') returning id)
       insert into unplaced (id) select id from e`,
      [subject],
    );
    const { position, nonce, ...entry } = await eventually(async () => {
      const [found] = await readTrail(scratch.pool, [{ kind: 'parcel "é"', id: subject }]);
      return found !== undefined && found.position !== null && { ...found, position: found.position };
    });
    const client = await scratch.pool.connect();
    for (const zone of ['UTC', 'Asia/Dushanbe', 'America/St_Johns']) {
      await client.query(`set time zone '${zone}'`);
      const asPool = client as unknown as Pool; // it asks nothing of one but to query
      const [leaf] = await readLeaves(asPool, { after: position - 1, limit: 1 });
      expect(leaf?.text).toBe(canonicalize({ ...entry, time: '2026-02-28T23:59:59.120Z' }));
      expect(hashOfLeaf(leaf!)).toEqual(leafHash({ ...entry, nonce }));
    }
    client.release(true);
  });
});
