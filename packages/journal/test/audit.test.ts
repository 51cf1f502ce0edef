import { randomUUID } from 'node:crypto';
import { eventually } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditJournal, noteKey, readTrail, verifierKey } from '../src/index.ts';
import { verifyTrail } from '../src/audit/verify-trail.ts';
import { parcelChange, type Scratch, scratchJournal } from './scratch/scratch-journal.ts';

const signingKey = Buffer.alloc(32, 9).toString('base64');
const verifier = verifierKey(noteKey('rohnamo/scratch', signingKey));
const entryCount = 1000;
let scratch: Scratch;
let superuser: pg.Client;
/** The checkpoint that somebody outside kept. */
let kept: string;

beforeAll(async () => {
  scratch = await scratchJournal();
  superuser = new pg.Client(scratch.database.superuserUrl);
  await superuser.connect();
  scratch.journal.start({ sealer: { pool: scratch.sealerPool, signingKey } });
  const ids = Array.from({ length: entryCount / 4 }, () => randomUUID());
  for (let version = 0; version < 4; version++)
    await Promise.all(ids.map((id) => scratch.journal.record({ changes: [parcelChange(id, version)] })));
  kept = await eventually(async () => {
    const note = await scratch.journal.newestCheckpoint();
    return note?.startsWith(`rohnamo/scratch\n${entryCount}\n`) && note;
  });
  await scratch.journal.stop();
});
afterAll(async () => {
  await superuser.end();
  await scratch.stop();
});

const audit = () => auditJournal(scratch.pool, { verifier, kept: [kept] });

/** What an audit finds while the database's owner has done something to it; undone afterwards. */
async function findingsAfter(tampering: string[]) {
  await superuser.query('create schema before');
  for (const table of ['entry', 'place', 'checkpoint', 'tile', 'unplaced'])
    await superuser.query(`create table before.${table} as table public.${table}`);
  try {
    for (const statement of tampering) await superuser.query(statement);
    return await audit();
  } finally {
    for (const table of ['entry', 'place', 'checkpoint', 'tile']) {
      await superuser.query(`truncate public.${table}`);
      await superuser.query(`insert into public.${table} select * from before.${table}`);
    }
    await superuser.query('drop schema before cascade');
  }
}
const idAt = (position: number) => `(select id from place where position = ${position})`;
const entryAt = async (position: number) =>
  (await scratch.pool.query<{ id: string }>('select id from place where position = $1', [position])).rows[0]!.id;

describe('an audit of a journal of 1,000 entries', () => {
  it('finds nothing where nothing was done', async () => {
    expect(await audit()).toEqual([]);
  });

  it('finds an entry that was changed, and names it', async () => {
    const entry = await entryAt(417);
    for (const change of [
      "type = 'client.revoked.v1'",
      "time = time + interval '1 ms'",
      "actor = '{}'",
      'data = data || \'{"x": 1}\'',
      'version = version + 10',
    ])
      expect(await findingsAfter([`update entry set ${change} where id = ${idAt(417)}`])).toContainEqual(
        expect.objectContaining({ what: 'changed', position: 417, entry }),
      );
  });

  it('finds an entry that was deleted, with its place or without', async () => {
    const missing = expect.objectContaining({ what: 'missing', position: 42 });
    expect(await findingsAfter([`delete from entry where id = ${idAt(42)}`])).toContainEqual(missing);
    expect(
      await findingsAfter([`delete from entry where id = ${idAt(42)}`, 'delete from place where position = 42']),
    ).toContainEqual(missing);
  });

  it('finds two entries that changed places, and names both', async () => {
    const findings = await findingsAfter([
      'alter table place drop constraint place_id_unique',
      `create temp table swapped as select 500 + 501 - position as position, id from place where position in (500, 501)`,
      'update place set id = swapped.id from swapped where swapped.position = place.position',
      'drop table swapped',
      'alter table place add constraint place_id_unique unique (id)',
    ]);
    expect(findings.filter(({ what }) => what === 'changed').map(({ position }) => position)).toEqual([500, 501]);
  });

  it('finds an entry that was slipped in: after the end, between two, or without a place', async () => {
    const slip =
      'insert into entry select gen_random_uuid(), kind, subject, 99, type, time, data, detail, actor, audience, traceparent, nonce from entry limit 1';
    expect(await findingsAfter([slip])).toContainEqual(expect.objectContaining({ what: 'unplaced' }));
    const between = await findingsAfter([
      slip,
      `update place set id = (select id from entry where version = 99) where position = 700`,
    ]);
    expect(between).toContainEqual(expect.objectContaining({ what: 'changed', position: 700 }));
  });

  it('finds that everything was rolled back, by the checkpoint that somebody kept', async () => {
    const rollBack = [
      'delete from entry where id in (select id from place where position > 900)',
      'delete from place where position > 900',
      'delete from checkpoint where size > 900',
      'truncate tile',
    ];
    expect(await findingsAfter(rollBack)).toContainEqual(expect.objectContaining({ what: 'rolled-back' }));
  });

  it('finds a tile that was changed, and does not take its word for the entries', async () => {
    expect(
      await findingsAfter([
        "update tile set hashes = overlay(hashes placing '\\x00'::bytea from 7) where level = 0 and index = 1",
      ]),
    ).toContainEqual(expect.objectContaining({ what: 'changed', position: 257 }));
  });

  it('finds a checkpoint that the journal’s key did not sign', async () => {
    expect(
      await findingsAfter(["update checkpoint set note = replace(note, 'rohnamo/scratch', 'rohnamo/other')"]),
    ).toContainEqual(expect.objectContaining({ what: 'checkpoint-invalid' }));
  });
});

describe('a subject’s trail', () => {
  const subjectAt = async (position: number) =>
    (
      await scratch.pool.query<{ subject: string }>(
        'select subject from place join entry using (id) where position = $1',
        [position],
      )
    ).rows[0]!.subject;
  const verify = async (subject: string) => verifyTrail(scratch.pool, verifier, await readTrail(scratch.pool, subject));

  it('is proved entry by entry under the newest checkpoint', async () => {
    expect(await verify(await subjectAt(640))).toEqual({
      checkpoint: kept,
      sealed: 4,
      pending: 0,
      broken: [],
      missingVersions: [],
    });
  });

  it('that was changed, or of which something is gone, is told so', async () => {
    const [entry, subject] = [await entryAt(640), await subjectAt(640)];
    await superuser.query(`update entry set type = 'client.revoked.v1' where id = $1`, [entry]);
    expect(await verify(subject)).toMatchObject({ sealed: 3, broken: [entry] });
    await superuser.query(`update entry set type = 'client.created.v1' where id = $1`, [entry]);
    const { rows } = await superuser.query<{ id: string; version: string }>(
      'select id, version from entry where subject = $1 and version = 2',
      [subject],
    );
    await superuser.query('create table gone as select * from entry where id = $1', [rows[0]!.id]);
    await superuser.query('delete from entry where id = $1', [rows[0]!.id]);
    expect(await verify(subject)).toMatchObject({ sealed: 3, missingVersions: [2] });
    await superuser.query('insert into entry select * from gone');
    await superuser.query('drop table gone');
    expect(await verify(subject)).toMatchObject({ sealed: 4, broken: [], missingVersions: [] });
  });
});
