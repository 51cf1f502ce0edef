import { IntakeBatch, type IntakeRow } from '@rohnamo/contracts';
import { aConsent, eventually } from '@rohnamo/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipient, testRegistry, type TestRegistry } from './registry.ts';
import { stepByStep } from './step-by-step.ts';

let registry: TestRegistry;
let steps: ReturnType<typeof stepByStep>;
beforeAll(async () => {
  registry = await testRegistry({ started: false });
  steps = stepByStep(registry);
});
afterAll(() => registry.stop());

const header = 'external_id,given_name,family_name,sex,birth_date,village,returned_on';
const csv = (...rows: string[]) => `${header}\n${rows.join('\n')}\n`;

const push = (file: string, options: { dryRun?: boolean; sourceSystem?: string } = {}) => steps.push(file, options);

/** Everything that a batch may write but itself. */
const stateOfAll = async () => {
  const { rows } = await registry.pool.query(`select
    (select json_agg(b order by id) from beneficiary b) as persons, (select json_agg(h order by id) from held_row h) as held,
    (select count(*) from entry where kind <> 'intake-batch' and type not like '%.observed.v1') as entries`);
  return rows[0] as unknown;
};
const factsOf = (rows: readonly IntakeRow[]) =>
  rows.map(({ row, externalId, outcome, differences, reasons, warnings, errors }) => ({
    row,
    externalId,
    outcome,
    differences,
    reasons,
    warnings: warnings.length,
    errors,
  }));

const row = fc.record({
  id: fc.constantFrom('a', 'A', 'б', 'Б', 'в', 'c', 'с', 'd1', 'dl', 'е'),
  given: fc.constantFrom('Алӣ', 'Зарина', 'АЛӢ', ''),
  family: fc.constantFrom('Каримов', 'Одинаева', 'Каримов'),
  sex: fc.constantFrom('male', 'female', ''),
  born: fc.constantFrom('1990', '1990-05-01', '1985', ''),
  village: fc.constantFrom('', 'Ворух', 'Чоркӯҳ'),
  returned: fc.constantFrom('', '', '1986-01-01', '2020-01-01'),
});
const file = fc
  .array(row, { minLength: 1, maxLength: 14 })
  .map((rows) => csv(...rows.map((one) => Object.values(one).join())));

describe('a preview', () => {
  it('says of each row what the same file then does, and does nothing itself', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(file, file, file, fc.integer({ min: 1, max: 5 }), async (first, second, third, chunkRows) => {
        const sourceSystem = `office-${++run}`;
        await push(first, { sourceSystem });
        const lookup = { body: { sourceSystem, externalId: 'a' } };
        const { status, body } = await registry.post('/v1/beneficiaries/lookup', lookup);
        if (status === 200) {
          // Of whose age nothing is known none is recorded.
          const path = `/v1/beneficiaries/${(body as { id: string }).id}/consents`;
          const consent = await registry.post(path, { body: aConsent(recipient) });
          expect([201, 422]).toContain(consent.status);
        }
        await push(second, { sourceSystem });
        const before = await stateOfAll();
        const preview = await steps.worked(await registry.push(third, { sourceSystem, dryRun: true }), chunkRows);
        expect(await stateOfAll()).toEqual(before);
        const said = await registry.rowsOf(preview);
        const batch = await push(third, { sourceSystem });
        expect(factsOf(said)).toEqual(factsOf(await registry.rowsOf(batch)));
        expect(preview.rows).toEqual(batch.rows);
        expect([preview.dryRun, batch.dryRun]).toEqual([true, false]);
      }),
      { numRuns: 25 },
    );
  });

  it('names nobody whom it would register, also where a later row changes them', async () => {
    const preview = await push(csv('n1,A,B,,,,', 'x2,C,D,,,,', 'x3,E,F,,,,', 'N1,A,B,,,Ворух,'), { dryRun: true });
    expect((await registry.rowsOf(preview)).map(({ outcome, beneficiaryId }) => [outcome, beneficiaryId])).toEqual([
      ['registered', null],
      ['registered', null],
      ['registered', null],
      ['updated', null],
    ]);
  });

  it('makes no source system known, and needs a new one confirmed', async () => {
    const path = '/v1/intake-batches?sourceSystem=never-pushed&dryRun=true';
    const ask = { body: csv('n1,A,B,,,,'), headers: { 'content-type': 'text/csv' } };
    const unknown = { status: 422, body: { type: '/problems/unknown-source-system' } };
    expect(await registry.post(path, ask)).toMatchObject(unknown);
    await push(csv('n1,A,B,,,,'), { sourceSystem: 'never-pushed', dryRun: true });
    expect(await registry.post(path, ask)).toMatchObject(unknown);
  });

  it('is another request than the push: their key is not shared', async () => {
    const headers = { 'idempotency-key': 'preview-1' };
    const first = await registry.push(csv('n1,A,B,,,,'), { dryRun: true, headers });
    const again = await registry.push(csv('n1,A,B,,,,'), { dryRun: true, headers });
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(await registry.push(csv('n1,A,B,,,,'), { headers })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    await steps.worked(first);
  });

  it('is not worked off by the version before, which does not know it', async () => {
    const { body } = await registry.push(csv('n9,A,B,,,,'), { dryRun: true });
    const { id } = IntakeBatch.parse(body);
    const asBefore = 'select from intake_row where batch_id = $1 and row > 0';
    expect((await registry.pool.query(asBefore, [id])).rows).toEqual([]);
  });

  it('is forgotten after a day', async () => {
    const { id } = await push(csv('n1,A,B,,,,'), { dryRun: true });
    const ago = `update intake_batch set finished_at = finished_at - interval '1 day' where id = $1`;
    await registry.pool.query(ago, [id]);
    expect(await registry.get(`/v1/intake-batches/${id}/rows`)).toMatchObject({
      status: 410,
      body: { detail: expect.stringContaining('kept for a day') as string },
    });
    await registry.start(); // whoever begins to work sweeps first
    await eventually(async () => {
      const { rows } = await registry.pool.query('select from intake_outcome where batch_id = $1', [id]);
      return rows.length === 0;
    });
  });
});

it('a file declared as JSON is 415, and told which types are taken', async () => {
  const path = '/v1/intake-batches?sourceSystem=office&confirmNewSource=true';
  for (const body of [csv('n1,A,B,,,,'), '{"external_id":"1"}', ''])
    expect(await registry.post(path, { body, headers: { 'content-type': 'application/json' } })).toMatchObject({
      status: 415,
      body: { detail: expect.stringMatching(/text\/csv.*application\/x-ndjson/) as string },
    });
});
