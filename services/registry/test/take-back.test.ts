import type { IntakeBatch, IntakeRow } from '@rohnamo/contracts';
import { aConsent } from '@rohnamo/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipient, testRegistry, type TestRegistry } from './registry.ts';
import { stepByStep } from './step-by-step.ts';

type Steps = ReturnType<typeof stepByStep>;
let registry: TestRegistry;
let steps: Steps;
beforeAll(async () => {
  registry = await testRegistry({ started: false });
  steps = stepByStep(registry);
});
afterAll(() => registry.stop());

const header = 'external_id,given_name,family_name,sex,birth_date,village';
const csv = (...rows: string[]) => `${header}\n${rows.join('\n')}\n`;
const push = (file: string, sourceSystem: string) => steps.push(file, { sourceSystem });
const consentOf = (id: string) => registry.post(`/v1/beneficiaries/${id}/consents`, { body: aConsent(recipient) });

/** What a batch may write but itself, by person; a version says only how often somebody was written. */
async function stateOf(sourceSystem: string): Promise<Map<string, unknown>> {
  const { rows } = await registry.pool.query<{ id: string; state: unknown }>(
    `select b.id, jsonb_build_array(to_jsonb(b) - 'version', (select to_jsonb(h) - 'id' - 'version' - 'decided_at'
      from held_row h where h.beneficiary_id = b.id and h.state = 'waiting')) as state
    from beneficiary b where source_system = $1 and taken_back_at is null`,
    [sourceSystem],
  );
  return new Map(rows.map(({ id, state }) => [id, state]));
}
const resultsOf = async (batch: IntakeBatch) =>
  new Map(
    (await registry.rowsOf(batch)).flatMap((row) => (row.beneficiaryId ? [[row.beneficiaryId, row.takeBack]] : [])),
  );
const factsOf = (rows: readonly IntakeRow[]) =>
  rows.map(({ row, externalId, outcome, differences, reasons }) => ({
    row,
    externalId,
    outcome,
    differences,
    reasons,
  }));

const row = fc.record({
  id: fc.constantFrom('a', 'A', 'б', 'Б', 'c', 'd1', 'е'),
  given: fc.constantFrom('Алӣ', 'Зарина', 'АЛӢ', ''),
  family: fc.constantFrom('Каримов', 'Одинаева', 'Каримов'),
  sex: fc.constantFrom('male', 'female', ''),
  born: fc.constantFrom('1990', '1990-05-01', '1985', ''),
  village: fc.constantFrom('', 'Ворух', 'Чоркӯҳ'),
});
const file = fc
  .array(row, { minLength: 1, maxLength: 14 })
  .map((rows) => csv(...rows.map((one) => Object.values(one).join())));
const chunk = fc.integer({ min: 1, max: 5 });

let run = 0;
/** A source system of its own, two files of which are there, one person of them relied on. */
async function anOffice(first: string, second: string): Promise<string> {
  const sourceSystem = `office-${++run}`;
  await push(first, sourceSystem);
  const known = await steps.lookup('a', sourceSystem);
  if (known !== null) expect([201, 422]).toContain((await consentOf(known.id)).status); // of whose age nothing is known none is recorded
  await push(second, sourceSystem);
  return sourceSystem;
}

describe('a batch that is taken back', () => {
  it('leaves everybody as if it had never been pushed, and pushed again does the same again', async () => {
    await fc.assert(
      fc.asyncProperty(file, file, file, chunk, async (first, second, third, chunkRows) => {
        const sourceSystem = await anOffice(first, second);
        const before = await stateOf(sourceSystem);
        const batch = await push(third, sourceSystem);
        const done = await steps.takeBack(batch, chunkRows);
        expect(await stateOf(sourceSystem)).toEqual(before);
        const results = await resultsOf(batch);
        expect([...results.values()].filter((result) => result !== 'taken-back')).toEqual([]);
        expect(done.takeBack).toMatchObject({ state: 'done', persons: { takenBack: results.size, left: 0 } });
        const again = await push(third, sourceSystem);
        expect(factsOf(await registry.rowsOf(again))).toEqual(factsOf(await registry.rowsOf(batch)));
      }),
      { numRuns: 12 },
    );
  });

  it('with the one after it taken back first, both leave everybody as they were', async () => {
    await fc.assert(
      fc.asyncProperty(file, file, file, chunk, async (first, second, third, chunkRows) => {
        const sourceSystem = `office-${++run}`;
        await push(first, sourceSystem);
        const before = await stateOf(sourceSystem);
        const batches = [await push(second, sourceSystem), await push(third, sourceSystem)] as const;
        await steps.takeBack(batches[1], chunkRows);
        await steps.takeBack(batches[0], chunkRows);
        expect(await stateOf(sourceSystem)).toEqual(before);
      }),
      { numRuns: 6 },
    );
  });

  it('leaves exactly those alone with whom somebody has worked since, or of whom a later file speaks', async () => {
    const work = fc.record({
      patched: fc.subarray(['a', 'c', 'е']),
      consented: fc.subarray(['б', 'd1']),
      decided: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(file, file, file, work, chunk, async (first, second, third, done, chunkRows) => {
        const sourceSystem = `office-${++run}`;
        await push(first, sourceSystem);
        const before = await stateOf(sourceSystem);
        const batch = await push(second, sourceSystem);
        const after = await stateOf(sourceSystem);
        const worked = new Set<string>();
        for (const externalId of done.patched) {
          const person = await steps.lookup(externalId, sourceSystem);
          if (person === null) continue;
          const headers = { 'if-match': `"${person.version}"` };
          const body = { village: 'Исфара' };
          expect(await registry.patch(`/v1/beneficiaries/${person.id}`, { body, headers })).toMatchObject({
            status: 200,
          });
          worked.add(person.id);
        }
        for (const externalId of done.consented) {
          const person = await steps.lookup(externalId, sourceSystem);
          if (person !== null && (await consentOf(person.id)).status === 201) worked.add(person.id);
        }
        if (done.decided)
          for (const held of ((await registry.get(`/v1/held-rows?batchId=${batch.id}`)).body as HeldRows).items) {
            const headers = { 'if-match': `"${held.version}"` };
            const body = { decision: 'keep' };
            expect(await registry.post(`/v1/held-rows/${held.id}/decide`, { body, headers })).toMatchObject({
              status: 200,
            });
            worked.add(held.beneficiaryId);
          }
        const later = await push(third, sourceSystem);
        const laterRows = await registry.rowsOf(later);
        for (const { beneficiaryId } of laterRows) if (beneficiaryId !== null) worked.add(beneficiaryId);
        const now = await stateOf(sourceSystem);
        await steps.takeBack(batch, chunkRows);
        const left = await stateOf(sourceSystem);
        for (const [id, result] of await resultsOf(batch)) {
          const isTakenBack = result === 'taken-back';
          const isUntouched = JSON.stringify(before.get(id)) === JSON.stringify(after.get(id));
          // Of somebody to whom it did nothing there is nothing to take back.
          if (isTakenBack && isUntouched) expect(left.get(id)).toEqual(now.get(id));
          else if (isTakenBack) expect(left.get(id)).toEqual(before.get(id));
          else expect(left.get(id)).toEqual(now.get(id));
          if (!worked.has(id)) expect(isTakenBack).toBe(true);
          if (isTakenBack && worked.has(id) && !isUntouched) expect(consentsAlone(id, done, laterRows)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });
});

interface HeldRows {
  items: { id: string; version: number; beneficiaryId: string }[];
}
/** A consent does not stand in the way where the batch did not change who the person is. */
const consentsAlone = (id: string, done: { consented: string[] }, later: readonly IntakeRow[]) =>
  done.consented.length > 0 && !later.some(({ beneficiaryId }) => beneficiaryId === id);
