import { randomUUID } from 'node:crypto';
import { routeTable } from '@rohnamo/service-kit';
import {
  aBeneficiary,
  aConsent,
  asking,
  eventually,
  foundSights,
  sightTable,
  type TokenRequest,
} from '@rohnamo/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGivingUp } from '../src/intake/give-up.ts';
import { createOutcomeStore } from '../src/intake/outcome-store.ts';
import { takeBackFailed } from '../src/intake/take-back/batch.ts';
import { createTakeBackStore } from '../src/intake/take-back/store.ts';
import { forgottenUntil } from '../src/intake/told.ts';
import { other, ownOrganisation, recipient, testRegistry, type TestRegistry, trailOf, typesOf } from './registry.ts';
import { stepByStep } from './step-by-step.ts';

let registry: TestRegistry;
let steps: ReturnType<typeof stepByStep>;
beforeAll(async () => {
  registry = await testRegistry({ started: false });
  steps = stepByStep(registry);
});
afterAll(() => registry.stop());

const csv = (...rows: string[]) => `external_id,given_name,family_name,sex,birth_date,village\n${rows.join('\n')}\n`;
let run = 0;
let sourceSystem = '';
beforeEach(() => void (sourceSystem = `office-${++run}`));
const push = (...rows: string[]) => steps.push(csv(...rows), { sourceSystem });
const lookup = (externalId: string) => steps.lookup(externalId, sourceSystem);
const idOf = async (externalId: string) => (await lookup(externalId))!.id;
const consentOf = async (id: string) => {
  const answer = await registry.post(`/v1/beneficiaries/${id}/consents`, { body: aConsent(recipient) });
  expect(answer.status).toBe(201);
};
const resultsOf = async (batch: { id: string }) => (await registry.rowsOf(batch)).map(({ takeBack }) => takeBack);

describe('taking a batch back', () => {
  it('is answered at once, tells how far it has got, and what became of each row', async () => {
    await push('k1,Алӣ,Каримов,male,1990,Ворух', 'k2,Зарина,Одинаева,female,1985,');
    const batch = await push(
      'k1,Алӣ,Каримов,male,1990,Чоркӯҳ',
      'n1,Умед,Раҳимов,male,1991,',
      ',Умед,Раҳимов,male,1991,',
      'k2,Алӣ,Каримов,male,1990,',
    );
    const id = await idOf('n1');
    const asked = await steps.askBack(batch);
    expect(asked).toMatchObject({
      status: 202,
      body: {
        state: 'completed',
        takeBack: { state: 'running', finishedAt: null, persons: { takenBack: 0, left: 0 } },
      },
    });
    expect(await resultsOf(batch)).toEqual([null, null, null, null]);
    const done = await steps.worked(asked, 2);
    expect(done).toMatchObject({
      rows: batch.rows,
      takeBack: { state: 'done', finishedAt: expect.any(String) as string, persons: { takenBack: 3, left: 0 } },
    });
    expect(await resultsOf(batch)).toEqual(['taken-back', 'taken-back', null, 'taken-back']);
    expect(await lookup('k1')).toMatchObject({ village: 'Ворух' });
    expect(await lookup('n1')).toBeNull();
    expect((await registry.get(`/v1/held-rows?batchId=${batch.id}`)).body).toMatchObject({ items: [] });
    expect(await typesOf(registry.pool, batch.id)).toEqual([
      'intake-batch.received.v1',
      expect.any(String),
      'intake-batch.completed.v1',
      'intake-batch.taking-back.v1',
      'intake-batch.progressed.v1',
      'intake-batch.progressed.v1',
      'intake-batch.taken-back.v1',
    ]);
    const [, last] = (await trailOf(registry.pool, id)).filter(({ version }) => version !== null);
    expect(last).toMatchObject({ type: 'beneficiary.taken-back.v1', detail: { batchId: batch.id } });
    const { rows } = await registry.pool.query<{ row: string }>(
      `select row_to_json(b)::text as row from beneficiary b where id = $1`,
      [id],
    );
    expect(rows[0]?.row).not.toMatch(/Умед|Раҳимов|1991/);
  });

  it('is refused of a preview, while it is worked off, once it was begun, and once it is forgotten what the rows did', async () => {
    const illegal = (detail: string) => ({
      status: 409,
      body: { type: '/problems/illegal-action', detail: expect.stringContaining(detail) as string },
    });
    const preview = await steps.push(csv('p1,A,B,,,'), { sourceSystem, dryRun: true });
    expect(await steps.askBack(preview)).toMatchObject(illegal('preview'));
    const answer = await registry.push(csv('p1,A,B,,,'), { sourceSystem });
    expect(await steps.askBack(answer.body as { id: string })).toMatchObject(illegal('still being worked off'));
    const batch = await steps.worked(answer);
    const asked = await steps.askBack(batch, { 'idempotency-key': `back-${batch.id}` });
    expect(await steps.askBack(batch)).toMatchObject(illegal('is being taken back'));
    expect(await steps.askBack(batch, { 'idempotency-key': `back-${batch.id}` })).toMatchObject({ status: 202 });
    await steps.worked(asked);
    expect(await steps.askBack(batch)).toMatchObject(illegal('has been taken back'));
    const old = await push('p2,A,B,,,');
    await registry.pool.query(`update intake_batch set finished_at = finished_at - interval '31 days' where id = $1`, [
      old.id,
    ]);
    expect(await steps.askBack(old)).toMatchObject({ status: 410, body: { type: '/problems/rows-not-kept' } });
    const partly = await push('p3,A,B,,,');
    await registry.pool.query(`update intake_batch set rows_told = 0 where id = $1`, [partly.id]);
    expect(await steps.askBack(partly)).toMatchObject({ status: 410 });
  });

  it('asks for the version that was read, and is nothing to other organisations', async () => {
    const { id } = await push('v1,A,B,,,');
    const path = `/v1/intake-batches/${id}/take-back`;
    expect(await registry.post(path)).toMatchObject({ status: 428 });
    expect(await registry.post(path, { headers: { 'if-match': '"1"' } })).toMatchObject({ status: 412 });
    expect(await registry.post(path, { as: other, headers: { 'if-match': '"1"' } })).toMatchObject({ status: 404 });
    expect(await registry.post(path, { body: { force: true }, headers: { 'if-match': '"1"' } })).toMatchObject({
      status: 422,
    });
    expect(await lookup('v1')).not.toBeNull();
  });

  it('makes its source system unknown again, unless it is known otherwise', async () => {
    const ask = { body: csv('s1,A,B,,,'), headers: { 'content-type': 'text/csv' } };
    const path = `/v1/intake-batches?sourceSystem=${sourceSystem}`;
    const batch = await push('s1,A,B,,,');
    await steps.takeBack(batch);
    expect(await registry.post(path, ask)).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-source-system' },
    });
    await push('s1,A,B,,,', 's2,A,B,,,');
    await steps.worked(await registry.post(path, ask));
  });

  it('puts a row that waited back as it was, and leaves alone what somebody has decided', async () => {
    await push('h1,Алӣ,Каримов,male,1990,', 'h2,Умед,Раҳимов,male,1991,');
    const first = await push('h1,Зарина,Одинаева,female,1985,', 'h2,Гулнора,Назарова,female,1985,');
    const waitingOf = async () =>
      (await registry.get(`/v1/held-rows?batchId=${first.id}`)).body as { items: Record<string, unknown>[] };
    const said = (items: Record<string, unknown>[]) =>
      items.map(({ externalId, differences, row }) => ({ externalId, differences, row }));
    const before = said((await waitingOf()).items);
    expect(before).toHaveLength(2);
    const second = await push('h1,Мадина,Одинаева,female,1985,Ворух', 'h2,Умед,Раҳимов,male,1991,');
    await steps.takeBack(second);
    expect(said((await waitingOf()).items)).toEqual(before);
    const [held] = (await waitingOf()).items as { id: string; version: number }[];
    const headers = { 'if-match': `"${held!.version}"` };
    const decided = await registry.post(`/v1/held-rows/${held!.id}/decide`, { body: { decision: 'apply' }, headers });
    expect(decided.status).toBe(200);
    await steps.takeBack(first);
    expect(new Set(await resultsOf(first))).toEqual(new Set(['row-decided', 'taken-back']));
  });

  it('goes on from where it was after it was given up, when it is asked for once more', async () => {
    const batch = await push('g1,A,B,,,', 'g2,C,D,,,', 'g3,E,F,,,', 'g4,G,H,,,');
    await steps.askBack(batch);
    await steps.stepBack(await steps.batchOf(batch), { chunkRows: 2 });
    const errors: unknown[] = [];
    const orGiveUp = createGivingUp({
      journal: registry.journal,
      pool: registry.pool,
      now: () => new Date(),
      givenUp: takeBackFailed,
      onError: (error) => void errors.push(error),
    });
    const running = await steps.batchOf(batch);
    for (let time = 0; time < 10; time++)
      await orGiveUp(running, () => Promise.reject(new Error('a defect'))).catch(() => undefined);
    expect(errors).toHaveLength(1);
    expect((await registry.get(`/v1/intake-batches/${batch.id}`)).body).toMatchObject({
      state: 'completed',
      takeBack: { state: 'failed', persons: { takenBack: 2, left: 0 } },
    });
    expect(await steps.takeBack(batch)).toMatchObject({
      takeBack: { state: 'done', persons: { takenBack: 4, left: 0 } },
    });
    expect(await resultsOf(batch)).toEqual(Array.from({ length: 4 }, () => 'taken-back'));
  });

  it('by two replicas at once is done once', async () => {
    const batch = await push('t1,A,B,,,', 't2,C,D,,,');
    await steps.askBack(batch);
    const read = await steps.batchOf(batch);
    await Promise.all([steps.stepBack(read), steps.stepBack(read)]);
    expect((await steps.batchOf(batch)).takeBack).toMatchObject({ state: 'done', personsTakenBack: 2, personsLeft: 0 });
  });

  it('reads the rows of a person a page at a time, and the first of them had it as it was', async () => {
    await push('m1,A,B,,,Исфара');
    const villages = ['Ворух', 'Чоркӯҳ', 'Ворух', 'Чоркӯҳ', 'Ворух'];
    const batch = await push(...villages.map((village) => `m1,A,B,,,${village}`), 'm2,C,D,,,');
    const ids = await Promise.all(['m1', 'm2'].map(idOf));
    const inOne = await createTakeBackStore(registry.pool).touched(batch.id, ids);
    expect(await createTakeBackStore(registry.pool, { pageRows: 2 }).touched(batch.id, ids)).toEqual(inOne);
    expect([...inOne.values()].find(({ isRegistered }) => !isRegistered)?.person).toMatchObject({ village: 'Исфара' });
  });

  it('is done by the worker, and what became of the persons is forgotten with what the rows did', async () => {
    const batch = await push('w1,A,B,,,');
    await steps.askBack(batch);
    const again = await registry.again({});
    const done = await eventually(async () => {
      const { takeBack } = await steps.batchOf(batch);
      return takeBack?.state === 'done' && takeBack;
    });
    expect(done.personsTakenBack).toBe(1);
    const ago = `update intake_batch set finished_at = finished_at - interval '31 days'`;
    await again.pool.query(`${ago}, take_back = jsonb_set(take_back, '{state}', '"running"') where id = $1`, [
      batch.id,
    ]);
    const outcomes = createOutcomeStore(again.pool);
    const kept = async () =>
      (await again.pool.query('select from intake_take_back where batch_id = $1', [batch.id])).rows.length;
    await outcomes.forget(forgottenUntil(new Date(), 30));
    expect(await kept()).toBe(1); // not while it is at work
    await again.pool.query(
      `update intake_batch set take_back = jsonb_set(take_back, '{state}', '"done"') where id = $1`,
      [batch.id],
    );
    await outcomes.forget(forgottenUntil(new Date(), 30));
    expect(await kept()).toBe(0);
  });
});

describe('somebody of whom a consent was recorded', () => {
  it('is not removed, whichever comes first of the two', async () => {
    const batch = await push('c1,Алӣ,Каримов,male,1990,', 'c2,Умед,Раҳимов,male,1991,', 'c3,Умед,Раҳимов,male,1991,');
    const ids = await Promise.all(['c1', 'c2', 'c3'].map(idOf));
    await consentOf(ids[0]!);
    await steps.askBack(batch);
    const { journal } = registry;
    // A consent comes between the look and the write.
    const record: typeof journal.record = async (unit) => {
      await consentOf(ids[1]!);
      return journal.record(unit);
    };
    await steps.stepBack(await steps.batchOf(batch), { journal: { ...journal, record }, chunkRows: 10 });
    expect((await steps.batchOf(batch)).takeBack).toMatchObject({ state: 'running', afterRow: 0 });
    await steps.stepBack(await steps.batchOf(batch), { chunkRows: 10 });
    expect(await resultsOf(batch)).toEqual(['in-use', 'in-use', 'taken-back']);
    expect((await registry.get(`/v1/beneficiaries/${ids[1]}`)).status).toBe(200);
  });

  it('gets none any more once they were removed, also where whoever records it has read them before', async () => {
    const batch = await push('c4,Алӣ,Каримов,male,1990,');
    const id = await idOf('c4');
    await steps.askBack(batch);
    const both = await Promise.all([
      registry.post(`/v1/beneficiaries/${id}/consents`, { body: aConsent(recipient) }),
      steps.stepBack(await steps.batchOf(batch)),
    ]);
    if ((await steps.batchOf(batch)).takeBack?.state !== 'done') await steps.stepBack(await steps.batchOf(batch));
    const isThere = both[0].status === 201;
    expect([201, 404]).toContain(both[0].status);
    expect(await resultsOf(batch)).toEqual([isThere ? 'in-use' : 'taken-back']);
    expect((await registry.get(`/v1/beneficiaries/${id}`)).status).toBe(isThere ? 200 : 404);
  });

  it('keeps who they are where it was recorded after the batch, and loses a village that was wrong', async () => {
    await push('c5,Алӣ,Каримов,male,1990,', 'c6,Умед,Раҳимов,male,1991,Исфара');
    const batch = await push('c5,Алӣ,Каримов,male,1990-05-01,', 'c6,Умед,Раҳимов,male,1991,Ворух');
    for (const externalId of ['c5', 'c6']) await consentOf(await idOf(externalId));
    await steps.takeBack(batch);
    expect(await resultsOf(batch)).toEqual(['in-use', 'taken-back']);
    expect(await lookup('c5')).toMatchObject({ birthDate: '1990-05-01' });
    expect(await lookup('c6')).toMatchObject({ village: 'Исфара' });
  });
});

it('whom a batch had registered that was taken back exists for nobody, on no route', async () => {
  const batch = await push('x1,Алӣ,Каримов,male,1990,', 'x1,Зарина,Одинаева,female,1985,');
  const person = await idOf('x1');
  const { items } = (await registry.get(`/v1/held-rows?batchId=${batch.id}`)).body as { items: { id: string }[] };
  const held = items[0]!.id;
  await steps.takeBack(batch);
  const own: TokenRequest = { role: 'migration-service', organisationId: ownOrganisation };
  const found = await foundSights({
    routes: routeTable(registry.app).filter(({ path }) => /^\/v1\/(beneficiaries|held-rows)\//.test(path)),
    subjectOf: (route) => (route.includes('/held-rows/') ? held : person),
    nothing: randomUUID(),
    viewers: { own, other },
    bodyOf: (route) =>
      ({
        'POST /v1/beneficiaries/:id/consents': aConsent(recipient),
        'POST /v1/held-rows/:id/decide': { decision: 'keep' },
        'PATCH /v1/beneficiaries/:id': { village: 'A' },
      })[route],
    ask: asking(registry.app, registry.issuer),
  });
  expect(found).toEqual(
    sightTable(`
      own other
      GET   /v1/beneficiaries/:id          404 404
      PATCH /v1/beneficiaries/:id          404 404
      POST  /v1/beneficiaries/:id/confirm-identity 404 404
      GET   /v1/beneficiaries/:id/consents 404 404
      POST  /v1/beneficiaries/:id/consents 404 404
      GET   /v1/beneficiaries/:id/accesses 404 404
      GET   /v1/held-rows/:id              404 404
      POST  /v1/held-rows/:id/decide       404 404`),
  );
  const body = aBeneficiary({ external: { sourceSystem, externalId: 'x1' } });
  expect((await registry.post('/v1/beneficiaries', { body })).status).toBe(201); // the external id is free
});
