import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideAndRecord, type Unit } from '../src/index.ts';
import { parcelChange, permitChange, type Scratch, scratchJournal } from './scratch/scratch-journal.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchJournal();
});
afterAll(() => scratch.stop());

const keyed = (key: string, fingerprint = Buffer.from('same')) => ({ client: 'tester', key, fingerprint });
const versionOf = async (id: string) => {
  const { rows } = await scratch.pool.query<{ version: string }>(
    'select version from parcel where id = $1 union all select version from permit where id = $1',
    [id],
  );
  return rows[0] === undefined ? null : Number(rows[0].version);
};
const entriesOf = async (id: string) => {
  const { rows } = await scratch.pool.query<{ version: string }>(
    'select version from entry where subject = $1 order by version',
    [id],
  );
  return rows.map(({ version }) => Number(version));
};

describe('record', () => {
  it('writes a new subject and its entry together', async () => {
    const id = randomUUID();
    expect(await scratch.journal.record({ changes: [parcelChange(id, 0)] })).toEqual({ kind: 'recorded' });
    expect(await versionOf(id)).toBe(1);
    expect(await entriesOf(id)).toEqual([1]);
  });

  it('leaves nothing waiting that arrives in the very moment in which a batch ends', async () => {
    const id = randomUUID();
    for (let version = 0; version < 40; version++) {
      let arrival = scratch.journal.record({ changes: [parcelChange(id, version)] });
      for (let ticks = 0; ticks < version % 8; ticks++) arrival = arrival.then((outcome) => outcome);
      expect(await arrival).toEqual({ kind: 'recorded' });
    }
  });

  it('leaves alone a column that only a newer version knows, and gives it its default', async () => {
    const id = randomUUID();
    const owner = new pg.Client(scratch.database.ownerUrl);
    await owner.connect();
    await owner.query(`alter table parcel add column colour text not null default 'brown'`);
    await scratch.journal.record({ changes: [parcelChange(id, 0)] });
    const colour = async () =>
      (await owner.query<{ colour: string }>('select colour from parcel where id = $1', [id])).rows[0]?.colour;
    expect(await colour()).toBe('brown');
    await owner.query(`update parcel set colour = 'blue' where id = $1`, [id]);
    await scratch.journal.record({ changes: [parcelChange(id, 1)] });
    expect(await colour()).toBe('blue');
    await owner.query('alter table parcel drop column colour');
    await owner.end();
  });

  it('refuses a change of a version that has passed', async () => {
    const id = randomUUID();
    await scratch.journal.record({ changes: [parcelChange(id, 0)] });
    await scratch.journal.record({ changes: [parcelChange(id, 1)] });
    expect(await scratch.journal.record({ changes: [parcelChange(id, 1)] })).toEqual({ kind: 'lost', to: 'version' });
    expect(await entriesOf(id)).toEqual([1, 2]);
  });

  it('applies a key that comes twice in one batch once', async () => {
    const ids = [randomUUID(), randomUUID()];
    const outcomes = await Promise.all(
      ids.map((id) => scratch.journal.record({ changes: [parcelChange(id, 0)], key: keyed('within a batch') })),
    );
    expect(outcomes).toEqual([{ kind: 'recorded' }, { kind: 'lost', to: 'key' }]);
    expect(await Promise.all(ids.map(versionOf))).toEqual([1, null]);
  });

  it('applies a key that comes in two batches once, also from two processes at the same time', async () => {
    const others = [scratch.journalOf(), scratch.journalOf()];
    const outcomes = await Promise.all(
      others.map((journal) =>
        journal.record({ changes: [parcelChange(randomUUID(), 0)], key: keyed('across batches') }),
      ),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['lost', 'recorded']);
    expect(
      await scratch.journal.record({ changes: [parcelChange(randomUUID(), 0)], key: keyed('across batches') }),
    ).toEqual({ kind: 'lost', to: 'key' });
  });

  it('commits all of a unit or nothing of it', async () => {
    const [parcel, permit] = [randomUUID(), randomUUID()];
    await scratch.journal.record({ changes: [permitChange(permit, 0, 'valid')] });
    const outcome = await scratch.journal.record({
      changes: [parcelChange(parcel, 0), permitChange(permit, 7, 'used')],
    });
    expect(outcome).toEqual({ kind: 'lost', to: 'version' });
    expect(await versionOf(parcel)).toBeNull();
  });

  it('does not commit when what it leans on has moved', async () => {
    const [parcel, permit] = [randomUUID(), randomUUID()];
    await scratch.journal.record({ changes: [permitChange(permit, 0, 'valid')] });
    const leaning: Unit = { changes: [parcelChange(parcel, 0)], guards: [{ kind: 'permit', id: permit, version: 1 }] };
    const [withdrawn, leaned] = await Promise.all([
      scratch.journal.record({ changes: [permitChange(permit, 1, 'withdrawn')] }),
      scratch.journal.record(leaning),
    ]);
    expect([withdrawn, leaned]).toEqual([{ kind: 'recorded' }, { kind: 'lost', to: 'version' }]);
    expect(await versionOf(parcel)).toBeNull();
  });

  it('has no two entries of one version of a subject, and one each of subjects of two kinds with the same id', async () => {
    const id = randomUUID();
    const changes = [parcelChange(id, 0), permitChange(id, 0, 'asked')];
    expect(await scratch.journal.record({ changes })).toEqual({ kind: 'recorded' });
    const second = scratch.pool.query(
      `insert into entry select gen_random_uuid(), kind, subject, version, type, time, data, detail, actor, audience, traceparent, nonce
       from entry where subject = $1 and kind = 'permit'`,
      [id],
    );
    await expect(second).rejects.toMatchObject({ constraint: 'entry_version_once' });
  });

  it('takes an event of a subject once, and never an older one; of a subject of another kind with the same id it takes its own', async () => {
    const subject = randomUUID();
    const effect = (sequence: number, kind = 'referral') =>
      scratch.journal.record({
        changes: [parcelChange(randomUUID(), 0)],
        consumed: { consumer: 'test', kind, subject, sequence },
      });
    expect(await effect(2)).toEqual({ kind: 'recorded' });
    expect(await effect(2)).toEqual({ kind: 'lost', to: 'consumed' });
    expect(await effect(1)).toEqual({ kind: 'lost', to: 'consumed' });
    expect(await effect(3)).toEqual({ kind: 'recorded' });
    expect(await effect(1, 'message')).toEqual({ kind: 'recorded' });
    expect(await effect(4)).toEqual({ kind: 'recorded' });
  });

  it('refuses the one row that the database will not take, and writes the others of its batch', async () => {
    const label = `taken ${randomUUID()}`;
    await scratch.journal.record({ changes: [parcelChange(randomUUID(), 0, label)] });
    const ids = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const labels = [ids[0]!, label, 'with a NUL \u0000 in it', ids[3]!];
    const outcomes = await Promise.all(
      ids.map((id, i) => scratch.journal.record({ changes: [parcelChange(id, 0, labels[i])] })),
    );
    expect(outcomes).toMatchObject([
      { kind: 'recorded' },
      { kind: 'refused', constraint: 'parcel_label' },
      { kind: 'refused', sqlState: '22P05' },
      { kind: 'recorded' },
    ]);
    expect(await Promise.all(ids.map(versionOf))).toEqual([1, null, null, 1]);
  });

  it('writes nothing of a batch for which the server has no room, and says that it could not be asked', async () => {
    const ids = [randomUUID(), randomUUID()];
    const superuser = new pg.Client(scratch.database.superuserUrl);
    await superuser.connect();
    await superuser.query(`create function full_disk() returns trigger language plpgsql
      as $$ begin raise exception 'full' using errcode = 'disk_full'; end $$;
      create trigger full_disk before insert on parcel for each row execute function full_disk()`);
    const outcomes = await Promise.allSettled(
      ids.map((id) => scratch.journal.record({ changes: [parcelChange(id, 0)] })),
    );
    await superuser.query('drop function full_disk cascade');
    await superuser.end();
    expect(outcomes).toMatchObject(ids.map(() => ({ status: 'rejected', reason: { code: 'dependency-unavailable' } })));
    expect(await Promise.all(ids.map(versionOf))).toEqual([null, null]);
  });

  it('keeps three writers over overlapping subjects from deadlock and from version gaps, for 2,000 batches', async () => {
    const ids = Array.from({ length: 12 }, () => randomUUID());
    await Promise.all(
      ids.map((id, i) =>
        scratch.journal.record({ changes: [i % 2 ? parcelChange(id, 0) : permitChange(id, 0, 'valid')] }),
      ),
    );
    const writers = [scratch.journalOf(), scratch.journalOf(), scratch.journalOf()];
    let batches = 0;
    const { rows } = await scratch.pool.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    const write = async (journal: (typeof writers)[number]) => {
      while (batches++ < 2000) {
        const chosen = [...ids].sort(() => randomBytes(1)[0]! - 128).slice(0, 4);
        const versions = await Promise.all(chosen.map(versionOf));
        await Promise.all(
          chosen.map((id, i) => {
            const expected = versions[i]!;
            return journal.record({
              changes: [ids.indexOf(id) % 2 ? parcelChange(id, expected) : permitChange(id, expected, 'valid')],
            });
          }),
        );
      }
    };
    await Promise.all(writers.map(write));
    for (const id of ids)
      expect(await entriesOf(id)).toEqual(Array.from({ length: (await versionOf(id))! }, (_, i) => i + 1));
    await scratch.pool.query('select pg_stat_force_next_flush()');
    const after = await scratch.pool.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    expect(after.rows[0]!.deadlocks).toBe(rows[0]!.deadlocks);
  }, 120_000);

  it('cannot be gone round: the app role may not change or take away what was recorded', async () => {
    for (const attempt of [
      'update entry set type = type',
      'delete from entry',
      'truncate entry',
      'update place set position = position',
      'insert into checkpoint values (1, $$x$$, now())',
    ])
      await expect(scratch.pool.query(attempt)).rejects.toMatchObject({ code: '42501' });
    await scratch.pool.query('grant all on entry to public'); // Postgres only warns that nothing was granted
    const { rows } = await scratch.pool.query(
      "select 1 from information_schema.role_table_grants where table_name = 'entry' and grantee = 'PUBLIC'",
    );
    expect(rows).toEqual([]);
  });

  it('says that too much is waiting instead of letting the queue grow', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10_050 }, () => scratch.journal.record({ observations: [] })),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'overloaded' } });
  });
});

describe('decide and record', () => {
  const read = (id: string) => async () => {
    const { rows } = await scratch.pool.query<{ version: string }>('select version from parcel where id = $1', [id]);
    return Number(rows[0]!.version);
  };

  it('decides again over what is there now when it lost the race', async () => {
    const id = randomUUID();
    await scratch.journal.record({ changes: [parcelChange(id, 0)] });
    const decideOnce = () =>
      decideAndRecord<number, number, never>({
        journal: scratch.journal,
        read: read(id),
        decide: (version) => ({ record: { changes: [parcelChange(id, version)] }, result: version + 1 }),
      });
    const results = await Promise.all([decideOnce(), decideOnce(), decideOnce()]);
    expect(results.map((written) => (written.kind === 'recorded' ? written.result : 0)).sort((a, b) => a - b)).toEqual([
      2, 3, 4,
    ]);
  });

  it('answers a repeat from what the first had written, and refuses the key for anything else', async () => {
    const id = randomUUID();
    await scratch.journal.record({ changes: [parcelChange(id, 0)] });
    const attempt = (fingerprint: string) =>
      decideAndRecord<number, number, string>({
        journal: scratch.journal,
        key: keyed('repeat', Buffer.from(fingerprint)),
        read: read(id),
        decide: (version) =>
          version > 1
            ? { refuse: 'done already' }
            : { record: { changes: [parcelChange(id, version)] }, result: version + 1 },
      });
    expect(await attempt('this')).toEqual({ kind: 'recorded', result: 2 });
    expect(await attempt('this')).toEqual({ kind: 'repeat', subject: id, version: 2 });
    expect(await attempt('that')).toEqual({ kind: 'key-reused' });
  });
});
