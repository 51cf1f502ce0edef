import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyTrail } from '../src/audit/verify-trail.ts';
import { auditJournal, readFeed, readTrail } from '../src/index.ts';
import { leafHash } from '../src/tree/leaf.ts';
import { type SealedScratch, sealedScratch, tamperings } from './scratch/sealed-scratch.ts';

let sealed: SealedScratch;
beforeAll(async () => {
  sealed = await sealedScratch();
});
afterAll(() => sealed.stop());

const audit = () => auditJournal(sealed.pool, { verifier: sealed.verifier, kept: [sealed.kept] });

describe('an audit of a journal of 1,000 entries', () => {
  it('finds nothing where nothing was done', async () => {
    expect(await audit()).toEqual([]);
  });

  it.each(tamperings)('finds that $deed, names the rows, and says no more', async ({ statements, finds }) => {
    const expected = finds(await sealed.idsInOrder());
    const findings = await sealed.whileTampered(statements, audit);
    expect(findings).toEqual(expected.map((each) => expect.objectContaining(each)));
  });

  it('finds an entry that was changed together with the hash that was sealed for it, by the checkpoint', async () => {
    const [entry] = await readFeed(sealed.pool, { after: 299, limit: 1 });
    const forged = leafHash({ ...entry!, type: 'client.revoked.v1' }).toString('hex');
    const at = (299 % 256) * 32 + 1;
    const statements = [
      `update entry set type = 'client.revoked.v1' where id = '${entry!.id}'`,
      `update tile set hashes = overlay(hashes placing '\\x${forged}'::bytea from ${at}) where level = 0 and index = 1`,
    ];
    expect(await sealed.whileTampered(statements, audit)).toEqual([
      expect.objectContaining({ what: 'not-in-checkpoint', position: 1, through: 1000 }),
    ]);
  });

  it('finds a tile that was changed, and does not take its word against the entries', async () => {
    const statements = [
      "update tile set hashes = overlay(hashes placing '\\x00'::bytea from 7) where level = 0 and index = 1",
    ];
    expect(await sealed.whileTampered(statements, audit)).toEqual([
      expect.objectContaining({ what: 'seal-changed', position: 257 }),
    ]);
  });

  it('finds a checkpoint that the journal’s key did not sign', async () => {
    const statements = ["update checkpoint set note = replace(note, 'rohnamo/scratch', 'rohnamo/other')"];
    expect(await sealed.whileTampered(statements, audit)).toContainEqual(
      expect.objectContaining({ what: 'checkpoint-invalid' }),
    );
  });
});

describe('a subject’s trail', () => {
  const subjectAt = async (position: number) =>
    (
      await sealed.pool.query<{ subject: string }>(
        'select subject from place join entry using (id) where position = $1',
        [position],
      )
    ).rows[0]!.subject;
  const verify = async (...ids: string[]) => {
    const subjects = ids.map((id) => ({ kind: 'parcel', id, version: 4 }));
    const trail = { subjects, entries: await readTrail(sealed.pool, subjects) };
    return verifyTrail(sealed.pool, { verifier: sealed.verifier, checkpoint: sealed.kept, trail });
  };

  it('is proved entry by entry under the newest checkpoint', async () => {
    expect(await verify(await subjectAt(640))).toEqual({
      checkpoint: sealed.kept,
      sealed: 4,
      pending: 0,
      broken: [],
      missingVersions: [],
    });
  });

  it('that was changed, or of which something is gone, is told so', async () => {
    const [entry, subject] = [(await sealed.idsInOrder())[639]!, await subjectAt(640)];
    await sealed.superuser.query(`update entry set type = 'client.revoked.v1' where id = $1`, [entry]);
    expect(await verify(subject)).toMatchObject({ sealed: 3, broken: [entry] });
    await sealed.superuser.query(`update entry set type = 'client.created.v1' where id = $1`, [entry]);
    const { rows } = await sealed.superuser.query<{ id: string; version: string }>(
      'select id, version from entry where subject = $1 and version = 2',
      [subject],
    );
    await sealed.superuser.query('create table gone as select * from entry where id = $1', [rows[0]!.id]);
    await sealed.superuser.query('delete from entry where id = $1', [rows[0]!.id]);
    expect(await verify(subject)).toMatchObject({ sealed: 3, missingVersions: [2] });
    await sealed.superuser.query('insert into entry select * from gone');
    await sealed.superuser.query('drop table gone');
    expect(await verify(subject)).toMatchObject({ sealed: 4, broken: [], missingVersions: [] });
  });

  it('is read and proved together with those of what belongs to it, in the order in which things happened', async () => {
    const subjects = [await subjectAt(640), await subjectAt(641)];
    const positions = (
      await readTrail(
        sealed.pool,
        subjects.map((id) => ({ kind: 'parcel', id })),
      )
    ).map(({ position }) => position ?? 0);
    expect(positions).toHaveLength(8);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(await verify(...subjects)).toMatchObject({ sealed: 8, broken: [], missingVersions: [] });
  });

  it('of which the newest is gone, with its place, lacks the versions that its subject has had since', async () => {
    const subject = await subjectAt(640);
    const newest = `select id from entry where subject = '${subject}' and version > 2`;
    const statements = [
      `delete from place where id in (${newest})`,
      `delete from entry where subject = '${subject}' and version > 2`,
    ];
    const { broken, missingVersions } = await sealed.whileTampered(statements, () => verify(subject));
    expect({ broken, missingVersions }).toEqual({ broken: [], missingVersions: [3, 4] });
  });

  it('that lacks all of one subject lacks every version of it, whatever the others have', async () => {
    expect(await verify(await subjectAt(640), randomUUID())).toMatchObject({
      sealed: 4,
      missingVersions: [1, 2, 3, 4],
    });
  });

  it('that is ahead of what its subject was when it was read lacks nothing for that', async () => {
    const subject = { kind: 'parcel', id: await subjectAt(640) };
    const entries = await readTrail(sealed.pool, [subject]);
    const behind = { subjects: [{ ...subject, version: 2 }], entries };
    expect(
      await verifyTrail(sealed.pool, { verifier: sealed.verifier, checkpoint: sealed.kept, trail: behind }),
    ).toMatchObject({ sealed: 4, missingVersions: [] });
  });
});
