import type { HeldRow } from '@rohnamo/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { other, testRegistry, type TestRegistry, trailOf, typesOf } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ config: { INTAKE_CHUNK_ROWS: '3' } });
});
afterAll(() => registry.stop());

const csv = (...rows: string[]) => `external_id,given_name,family_name,sex,birth_date,village\n${rows.join('\n')}\n`;
const push = async (...rows: string[]) => registry.finished(await registry.push(csv(...rows)));
const personOf = async (externalId: string) => {
  const body = { sourceSystem: 'office', externalId };
  return (await registry.post('/v1/beneficiaries/lookup', { body })).body as Record<string, unknown> & { id: string };
};
const waitingOf = async (batchId: string): Promise<HeldRow[]> => {
  const { body } = await registry.get(`/v1/held-rows?batchId=${batchId}`);
  return (body as { items: HeldRow[] }).items;
};
const decide = (held: HeldRow, decision: string, version = held.version) =>
  registry.post(`/v1/held-rows/${held.id}/decide`, { body: { decision }, headers: { 'if-match': `"${version}"` } });

/** Registers somebody and pushes a row that makes another person of them. */
async function held(externalId: string, row = 'Зарина,Одинаева,female,1985,Ворух') {
  await push(`${externalId},Алӣ,Каримов,male,1990,`);
  const batch = await push(`${externalId},${row}`);
  const [waiting] = await waitingOf(batch.id);
  return { batch, waiting: waiting!, person: await personOf(externalId) };
}

describe('a row that would turn one person into another', () => {
  it('is counted as held, applied to nobody, and listed with the old and the new value', async () => {
    const { batch, waiting, person } = await held('h1');
    expect(batch.rows).toMatchObject({ read: 1, held: 1, updated: 0, unchanged: 0, refused: 0 });
    expect(person).toMatchObject({ givenName: 'Алӣ', birthDate: '1990', version: 1 });
    expect(waiting).toMatchObject({
      state: 'waiting',
      reasons: ['another-person'],
      row: 2,
      beneficiaryId: person.id,
      differences: [
        { field: 'givenName', current: 'Алӣ', said: 'Зарина' },
        { field: 'familyName', current: 'Каримов', said: 'Одинаева' },
        { field: 'sex', current: 'male', said: 'female' },
        { field: 'birthDate', current: '1990', said: '1985' },
        { field: 'village', current: null, said: 'Ворух' },
      ],
    });
    expect((await trailOf(registry.pool, person.id)).at(-1)).toMatchObject({ type: 'beneficiary.observed.v1' });
    expect(await typesOf(registry.pool, waiting.id)).toEqual(['held-row.held.v1']);
  });

  it('is applied when somebody says that it is right, and only at the version that they have read', async () => {
    const { batch, waiting, person } = await held('h2');
    expect((await registry.post(`/v1/held-rows/${waiting.id}/decide`, { body: { decision: 'apply' } })).status).toBe(
      428,
    );
    expect((await decide(waiting, 'apply', 7)).status).toBe(412);
    expect(await decide(waiting, 'apply')).toMatchObject({ status: 200, body: { state: 'applied', differences: [] } });
    expect(await personOf('h2')).toMatchObject({ id: person.id, version: 2, givenName: 'Зарина', village: 'Ворух' });
    expect(await trailOf(registry.pool, waiting.id)).toMatchObject([
      {},
      { type: 'held-row.decided.v1', data: { state: 'applied' }, actor: { role: 'migration-service' } },
    ]);
    expect(await waitingOf(batch.id)).toEqual([]);
    expect((await decide({ ...waiting, version: 2 }, 'keep')).body).toMatchObject({ type: '/problems/illegal-action' });
  });

  it('is not applied where it would leave a return before the birth date', async () => {
    const { waiting, person } = await held('h9');
    const body = { birthDate: '1980', returnedOn: '1984-01-01' };
    await registry.patch(`/v1/beneficiaries/${person.id}`, { body, headers: { 'if-match': '"1"' } });
    expect(await decide(waiting, 'apply')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/decision', detail: expect.stringContaining('before the birth date') as string }] },
    });
    expect((await decide(waiting, 'keep')).status).toBe(200);
  });

  it('is not held again once somebody has said that the person stays as they are', async () => {
    const { waiting } = await held('h3');
    expect(await decide(waiting, 'keep')).toMatchObject({ status: 200, body: { state: 'kept' } });
    const again = await push('h3,Зарина,Одинаева,female,1985,Ворух');
    expect(again.rows).toMatchObject({ held: 0, unchanged: 1 });
    expect(await personOf('h3')).toMatchObject({ givenName: 'Алӣ', birthDate: '1990', version: 1 });
  });

  it('is registered as another person, who takes the external id over, where somebody says so', async () => {
    const { waiting, person } = await held('h4');
    const answer = await decide(waiting, 'register-apart');
    const { newBeneficiaryId } = answer.body as HeldRow;
    expect(answer).toMatchObject({ status: 200, body: { state: 'registered-apart' } });
    expect(await personOf('h4')).toMatchObject({ id: newBeneficiaryId, givenName: 'Зарина', birthDate: '1985' });
    const before = (await registry.get(`/v1/beneficiaries/${person.id}`)).body;
    expect(before).toMatchObject({ givenName: 'Алӣ', birthDate: '1990' });
    expect(before).not.toHaveProperty('external');
    expect((await push('h4,Зарина,Одинаева,female,1985,Чоркӯҳ')).rows).toMatchObject({ updated: 1 });
  });

  it('waits once a person: a later one is laid over it, and the source may take it back', async () => {
    const { waiting } = await held('h5');
    const later = await push('h5,Зарина,Одинаева,female,1986,Ворух');
    expect(later.rows).toMatchObject({ held: 1 });
    const [laid] = await waitingOf(later.id);
    expect(laid).toMatchObject({ id: waiting.id, version: 2 });
    expect((await decide(waiting, 'apply')).status).toBe(412);
    expect((await push('h5,Алӣ,Каримов,male,1990,')).rows).toMatchObject({ updated: 1, held: 0 });
    expect((await registry.get(`/v1/held-rows/${waiting.id}`)).body).toMatchObject({ state: 'superseded' });
    expect(await personOf('h5')).toMatchObject({ givenName: 'Алӣ', birthDate: '1990', village: 'Ворух' });
  });

  it('cannot be brought in by two rows, one for the name and one for the birth date', async () => {
    await push('h6,Алӣ,Каримов,male,1990,');
    expect((await push('h6,Зарина,Каримов,male,1990,')).rows).toMatchObject({ updated: 1 });
    expect((await push('h6,Зарина,Каримов,male,1985,')).rows).toMatchObject({ held: 1 });
    expect(await personOf('h6')).toMatchObject({ givenName: 'Зарина', birthDate: '1990' });
  });

  it('does not exist for another organisation, to read or to decide', async () => {
    const { waiting } = await held('h7');
    const headers = { 'if-match': '"1"' };
    expect((await registry.get(`/v1/held-rows/${waiting.id}`, { as: other })).status).toBe(404);
    const decided = { as: other, headers, body: { decision: 'apply' } };
    expect((await registry.post(`/v1/held-rows/${waiting.id}/decide`, decided)).status).toBe(404);
    expect((await registry.get('/v1/held-rows', { as: other })).body).toEqual({ items: [], next: null });
  });

  it('decided again under its key answers the same', async () => {
    const { waiting } = await held('h8');
    const ask = {
      body: { decision: 'register-apart' },
      headers: { 'if-match': '"1"', 'idempotency-key': 'decide-h8' },
    };
    const first = await registry.post(`/v1/held-rows/${waiting.id}/decide`, ask);
    const again = await registry.post(`/v1/held-rows/${waiting.id}/decide`, ask);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
  });
});

describe('a row about somebody of whom a consent was recorded', () => {
  it('is held for one changed part of who they are; what was not known may become known', async () => {
    await push('c1,Алӣ,Каримов,unknown,1990,');
    await registry.consent((await personOf('c1')).id);
    expect((await push('c1,Алӣ,Каримов,male,1990-05-01,')).rows).toMatchObject({ updated: 1, held: 0 });
    const batch = await push('c1,Алӣ,Раҳимов,male,1990-05-01,');
    expect(batch.rows).toMatchObject({ held: 1 });
    expect(await waitingOf(batch.id)).toMatchObject([{ reasons: ['consent-on-record'] }]);
  });
});

it('a row of somebody whose last row is not known any more is held where it differs from what an officer has mended', async () => {
  await push('u1,Алӣ,Каримов,male,1990,Ворух', 'u2,Алӣ,Каримов,male,1990,Ворух');
  const { id } = await personOf('u1');
  await registry.patch(`/v1/beneficiaries/${id}`, { body: { village: 'Исфара' }, headers: { 'if-match': '"1"' } });
  await registry.pool.query('update beneficiary set source_memory = null'); // as a version before left it
  const batch = await push('u1,Алӣ,Каримов,male,1990-01-01,Ворух', 'u2,Алӣ,Каримов,male,1990-01-01,Ворух');
  expect(batch.rows).toMatchObject({ held: 1, updated: 1 });
  expect(await waitingOf(batch.id)).toMatchObject([{ externalId: 'u1', reasons: ['last-row-unknown'] }]);
  expect(await personOf('u1')).toMatchObject({ village: 'Исфара', birthDate: '1990' });
});
