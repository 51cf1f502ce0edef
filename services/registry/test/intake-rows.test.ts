import type { IntakeRow } from '@rohnamo/contracts';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookOf } from '../src/intake/lookalikes.ts';
import { createOutcomeStore } from '../src/intake/outcome-store.ts';
import { forgottenUntil } from '../src/intake/told.ts';
import type { IntakeBatchRow } from '../src/schema.ts';
import { testRegistry, type TestRegistry, trailOf } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ config: { INTAKE_CHUNK_ROWS: '3' } });
});
afterAll(() => registry.stop());

const header = 'external_id,given_name,family_name,sex,birth_date,village,returned_on';
const csv = (...rows: string[]) => `${header}\n${rows.join('\n')}\n`;
const push = async (...rows: string[]) => registry.finished(await registry.push(csv(...rows)));
const personOf = async (externalId: string) => {
  const body = { sourceSystem: 'office', externalId };
  return (await registry.post('/v1/beneficiaries/lookup', { body })).body as Record<string, unknown> & { id: string };
};
const factsOf = (rows: readonly IntakeRow[]) =>
  rows.map(({ row, externalId, outcome, differences }) => [
    row,
    externalId,
    outcome,
    ...differences.map(({ field, current, said }) => `${field}: ${String(current)} > ${String(said)}`),
  ]);

describe('what each row of a batch did', () => {
  it('is told in the order of the file, with what it changed, would change, or was refused for', async () => {
    await push('r1,Алӣ,Каримов,male,1990,,', 'r2,Зарина,Одинаева,female,1985,,', 'r3,Умед,Раҳимов,male,1991,,');
    const batch = await push(
      'r1,Алӣ,Каримов,male,1990,Ворух,',
      'r2,Алӣ,Каримов,male,1990,,',
      'r3,Умед,Раҳимов,male,1991,,',
      'r4,,Раҳимов,male,1991,,',
      'r1,Алӣ,Каримов,male,1990,Чоркӯҳ,',
      'r5,Ҷамила,Назарова,female,1994,,',
    );
    const rows = await registry.rowsOf(batch);
    expect(factsOf(rows)).toEqual([
      [2, 'r1', 'updated', 'village: null > Ворух'],
      [
        3,
        'r2',
        'held',
        'givenName: Зарина > Алӣ',
        'familyName: Одинаева > Каримов',
        'sex: female > male',
        'birthDate: 1985 > 1990',
      ],
      [4, 'r3', 'unchanged'],
      [5, 'r4', 'refused'],
      [6, 'r1', 'updated', 'village: Ворух > Чоркӯҳ'],
      [7, 'r5', 'registered'],
    ]);
    const { body } = await registry.get(`/v1/held-rows?batchId=${batch.id}`);
    const [held] = (body as { items: { id: string }[] }).items;
    expect(rows[1]).toMatchObject({ heldRowId: held?.id, reasons: ['another-person'] });
    expect(rows[3]).toMatchObject({ beneficiaryId: null, errors: [{ field: 'given_name', problem: 'is required' }] });
    for (const [index, externalId] of ['r1', 'r2', 'r3'].entries())
      expect(rows[index]?.beneficiaryId).toBe((await personOf(externalId)).id);
    expect(rows[5]?.beneficiaryId).toBe((await personOf('r5')).id);
    expect(factsOf(await registry.rowsOf(batch, '&outcome=updated')).map(([row]) => row)).toEqual([2, 6]);
  });

  it('keeps what a row replaced, so that it can be put back', async () => {
    await push('k1,Алӣ,Каримов,male,1990,Ворух,');
    const { id } = await personOf('k1');
    const stateOf = async () =>
      (await registry.pool.query<Record<string, unknown>>('select * from beneficiary where id = $1', [id])).rows[0]!;
    const before = await stateOf();
    const batch = await push('k1,Алӣ,Каримов,male,1990-05-01,Чоркӯҳ,');
    const { rows } = await registry.pool.query<{ before: { person: Record<string, unknown> }; person_version: number }>(
      'select before, person_version from intake_outcome where batch_id = $1',
      [batch.id],
    );
    expect(rows[0]).toMatchObject({
      person_version: 2,
      before: {
        person: {
          birthDate: '1990',
          village: 'Ворух',
          rowBatchId: before['row_batch_id'],
          sourceMemory: before['source_memory'],
          rowDigest: (before['row_digest'] as Buffer).toString('hex'),
        },
      },
    });
    expect(Object.keys(rows[0]!.before.person)).not.toContain('givenName');
  });

  it('is shown once the look at each person of whom values are shown is in the journal', async () => {
    await push('o1,Алӣ,Каримов,male,1990,,', 'o2,Умед,Раҳимов,male,1991,,');
    const batch = await push('o1,Алӣ,Каримов,male,1990,Ворух,', 'o2,Умед,Раҳимов,male,1991,,');
    await registry.rowsOf(batch);
    const seen = async (externalId: string) =>
      (await trailOf(registry.pool, (await personOf(externalId)).id)).filter(({ detail }) =>
        JSON.stringify(detail).includes('/v1/intake-batches/:id/rows'),
      );
    expect(await seen('o1')).toMatchObject([{ type: 'beneficiary.observed.v1', detail: { batchId: batch.id } }]);
    expect(await seen('o2')).toEqual([]);
  });

  it('is told of no batch that an earlier version worked off', async () => {
    const batch = await push('e1,Алӣ,Каримов,male,1990,,');
    await registry.pool.query('update intake_batch set rows_told = 0 where id = $1', [batch.id]);
    expect(await registry.get(`/v1/intake-batches/${batch.id}/rows`)).toMatchObject({
      status: 410,
      body: { type: '/problems/rows-not-kept', detail: expect.stringContaining('earlier version') as string },
    });
  });

  it('is forgotten after the days that are configured, and the answer says so', async () => {
    const batch = await push('f1,Алӣ,Каримов,male,1990,,');
    const ago = `update intake_batch set finished_at = finished_at - interval '31 days' where id = $1`;
    await registry.pool.query(ago, [batch.id]);
    expect(await registry.get(`/v1/intake-batches/${batch.id}/rows`)).toMatchObject({
      status: 410,
      body: { detail: expect.stringContaining('was kept for 30 days after it was worked off') as string },
    });
    const another = await push('f2,Алӣ,Каримов,male,1990,,');
    await createOutcomeStore(registry.pool).forget(forgottenUntil(new Date(), 30));
    const { rows } = await registry.pool.query<{ batch_id: string }>('select distinct batch_id from intake_outcome');
    const kept = rows.map((one) => one.batch_id);
    expect(kept).not.toContain(batch.id);
    expect(kept).toContain(another.id);
  });
});

describe('a day of return', () => {
  it('before the birth date that is known already is refused, and so is a birth date behind the return', async () => {
    await push('d1,Алӣ,Каримов,male,1994-03-21,,', 'd2,Алӣ,Каримов,male,,,2020-01-01');
    const batch = await push('d1,Алӣ,Каримов,,,Ворух,1993-12-31', 'd2,Алӣ,Каримов,,2020-01-02,,');
    expect(batch.rows).toMatchObject({ refused: 2, updated: 0 });
    const { body } = await registry.get(`/v1/intake-batches/${batch.id}/errors`);
    expect((body as { items: unknown[] }).items).toMatchObject([
      { row: 2, externalId: 'd1', field: 'returned_on', problem: 'must not lie before the birth date' },
      { row: 3, externalId: 'd2', field: 'birth_date', problem: 'must not lie behind the day of return' },
    ]);
    expect(await personOf('d1')).not.toHaveProperty('village');
    expect((await push('d1,Алӣ,Каримов,,,,1994-03-21')).rows).toMatchObject({ updated: 1 });
  });
});

describe('an external id that merely looks like another', () => {
  it('is warned of where somebody is registered under it, in the same commit, a later one, or a later batch', async () => {
    const first = await push(
      'MG-1042,Алӣ,Каримов,male,,,',
      'MG-1О42,Алӣ,Каримов,male,,,',
      'x,A,B,,,,',
      'MG–1042,A,B,,,,',
    );
    expect((await registry.rowsOf(first)).map(({ warnings }) => warnings.map(({ externalId }) => externalId))).toEqual([
      [],
      ['MG-1042'],
      [],
      [expect.stringContaining('MG-1')],
    ]);
    expect(first.rows).toMatchObject({ registered: 4, warned: 2 });
    const second = await push('МG-1042,A,B,,,,', 'mg-1042,Алӣ,Каримов,male,,,', 'MG-1043,A,B,,,,');
    expect((await registry.rowsOf(second)).map(({ outcome, warnings }) => [outcome, warnings.length])).toEqual([
      ['registered', 1],
      ['unchanged', 0],
      ['registered', 0],
    ]);
    expect(
      (await registry.finished(await registry.push(csv('МG-1042,A,B,,,,'), { sourceSystem: 'elsewhere' }))).rows.warned,
    ).toBe(0);
  });

  it('looks the same to the database as to the service', async () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('MGмгmg0OoОо1IlІіΙ-–‑  ЗБбӯİıßẞｱ１Σςѕ²')),
      maxLength: 12,
    });
    const texts = fc
      .sample(fc.oneof(text, fc.string({ unit: 'grapheme', maxLength: 12 })), 500)
      .filter((one) => !one.includes('\0'));
    const { rows } = await registry.pool.query<{ look: string }>(
      'select look_text(t) as look from unnest($1::text[]) with ordinality as u (t, place) order by place',
      [texts],
    );
    expect(rows.map(({ look }) => look)).toEqual(texts.map(lookOf));
  });

  it('is looked up fast also where the tables were empty when it was looked up first', async () => {
    const store = createOutcomeStore(registry.pool);
    const batch = {
      id: randomUUID(),
      organisationId: randomUUID(),
      sourceSystem: 'office',
      dryRun: true,
    } as IntakeBatchRow;
    const asked = Array.from({ length: 500 }, (_, index) => `1D-${index}`);
    const found = async () => ({
      alike: (await store.lookingAlike(batch, asked)).size,
      foreseen: (await store.foreseen(batch.id, asked)).size,
    });
    for (let time = 0; time < 8; time += 1) expect(await found()).toEqual({ alike: 0, foreseen: 0 });
    await registry.pool.query(
      `insert into beneficiary (id, version, organisation_id, source_system, external_id, given_name, family_name, sex, language,
         access_requirements, registered_at)
       select gen_random_uuid(), 1, $1, 'office', 'lD-' || n, 'A', 'B', 'male', 'tg', '{}', now() from generate_series(1, 5000) n`,
      [batch.organisationId],
    );
    await registry.pool.query(
      `insert into intake_outcome (id, version, batch_id, row, external_id, outcome, person_key, foreseen)
       select gen_random_uuid(), 1, $1, n, 'x-' || n, 'registered', '1D-' || n, '{}' from generate_series(1, 5000) n`,
      [batch.id],
    );
    // One that goes through all of them for each row takes longer than any statement may.
    expect(await found()).toEqual({ alike: 499, foreseen: 499 });
  });
});
