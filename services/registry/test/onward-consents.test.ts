import { Consent, type NewConsent } from '@rohnamo/contracts';
import { aConsent, eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { facility, nobody, recipient, testRegistry, type TestRegistry, typesOf } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
});
afterAll(() => registry.stop());

const consentsOf = (id: string) => `/v1/beneficiaries/${id}/consents`;

describe('a consent that a facility recorded to refer somebody onward', () => {
  const specialist = '01934b6e-0000-7000-8000-0000000000dd';
  /** Somebody whom another organisation registered and entrusted to the facility. */
  const found = async () => {
    const { id } = await registry.register();
    const entrusting = await registry.consent(id);
    const body = aConsent(specialist, { dataCategories: ['identity', 'hiv'], witness: 'Sitora' });
    const recorded = await registry.post(consentsOf(id), { body, as: facility });
    return { id, entrusting, consent: Consent.parse(recorded.body), at: String(recorded.headers['location']) };
  };

  it('is not there for who registered the person: not in lists, nor by its id, nor to be withdrawn', async () => {
    const { id, entrusting, consent, at } = await found();
    expect((await registry.get(consentsOf(id))).body).toEqual({ items: [entrusting], next: null });
    const none = `/v1/consents/${nobody}`;
    for (const ask of [registry.get, (path: string) => registry.post(`${path}/withdraw`)]) {
      const [theirs, nothing] = [await ask(at), await ask(none)];
      expect(theirs.status).toBe(404);
      expect({ ...(theirs.body as object), instance: '' }).toEqual({ ...(nothing.body as object), instance: '' });
    }
    expect(await typesOf(registry.pool, consent.id)).toEqual([
      'consent.given.v1',
      'consent.denied.v1',
      'consent.denied.v1',
    ]);
    const { rows } = await registry.pool.query('select audience from entry where subject = $1 order by id limit 1', [
      consent.id,
    ]);
    expect(rows).toEqual([{ audience: recipient }]);
  });

  it('is read, listed and withdrawn by the facility, also once the person is no longer entrusted to it', async () => {
    const { id, entrusting, consent, at } = await found();
    await registry.post(`/v1/consents/${entrusting.id}/withdraw`);
    expect(await registry.get(at, { as: facility })).toMatchObject({ status: 200, body: consent });
    expect((await registry.get(consentsOf(id), { as: facility })).body).toEqual({ items: [consent], next: null });
    const withdrawn = await registry.post(`${at}/withdraw`, { as: facility });
    expect(withdrawn).toMatchObject({ status: 200, body: { id: consent.id, state: 'withdrawn' } });
    expect(await typesOf(registry.pool, consent.id)).toEqual([
      'consent.given.v1',
      'consent.observed.v1',
      'consent.withdrawn.v1',
    ]);
  });

  it('sent again with its key answers the same', async () => {
    const { id } = await registry.register();
    await registry.consent(id);
    const ask = { body: aConsent(specialist), headers: { 'idempotency-key': 'onward-1' }, as: facility };
    const first = await registry.post(consentsOf(id), ask);
    expect(await registry.post(consentsOf(id), ask)).toMatchObject({ status: 201, body: first.body as object });
  });

  it('lists nothing to a facility that recorded none, as of nobody', async () => {
    const { id } = await registry.register();
    await registry.consent(id);
    expect((await registry.get(consentsOf(id), { as: facility })).status).toBe(404);
  });
});

describe('whether a person is entrusted to a facility', () => {
  const record = (id: string, to: string = nobody) =>
    registry.post(consentsOf(id), { body: aConsent(to, { dataCategories: ['identity'] }), as: facility });
  const withdraw = (id: string) => registry.post(`/v1/consents/${id}/withdraw`);
  const entrusted = async (birthDate?: string, differing: Partial<NewConsent> = {}) => {
    const { id } = await registry.register({ birthDate });
    return { id, consent: await registry.consent(id, differing) };
  };

  it('is for a consent to say: then it records one for another place, which may do the same, and no other may', async () => {
    const { id } = await registry.register();
    const next = { ...facility, organisationId: nobody };
    const recordedThere = () => registry.post(consentsOf(id), { body: aConsent(nobody), as: next });
    expect([(await record(id)).status, (await recordedThere()).status]).toEqual([404, 404]);
    await registry.consent(id);
    expect((await recordedThere()).status).toBe(404);
    expect((await record(id)).status).toBe(201);
    expect((await recordedThere()).status).toBe(201);
  });

  it('is not for the facility to say: what it records for itself entrusts nobody', async () => {
    const { id, consent } = await entrusted('1990');
    expect((await record(id, recipient)).status).toBe(201);
    await withdraw(consent.id);
    expect((await record(id)).status).toBe(404);
  });

  it('follows a birth date that was mended since', async () => {
    const byWorker = { givenBy: 'child-protection-worker', giverName: 'Malika', bestInterestReason: 'alone' } as const;
    const { id } = await entrusted(undefined, byWorker);
    await registry.patch(`/v1/beneficiaries/${id}`, { body: { birthDate: '1990' }, headers: { 'if-match': '"1"' } });
    expect((await record(id)).status).toBe(404);
  });

  it('stands on one that holds, where another was withdrawn', async () => {
    const { id, consent } = await entrusted('1990');
    await registry.consent(id);
    await withdraw(consent.id);
    expect((await record(id)).status).toBe(201);
  });

  it('holds until the consent for another is written: a withdrawal between reading and writing makes that lose', async () => {
    const { id, consent } = await entrusted('1990');
    const blocker = await registry.pool.connect();
    await blocker.query('begin');
    await blocker.query("update consent set state = 'withdrawn', version = version + 1 where id = $1", [consent.id]);
    const recording = record(id);
    await Promise.race([
      recording,
      eventually(async () => {
        const { rows } = await registry.pool.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return rows.length > 0;
      }),
    ]);
    await blocker.query('commit');
    blocker.release();
    expect((await recording).status).toBe(404);
    expect((await registry.get(consentsOf(id), { as: facility })).status).toBe(404);
  });

  it('is never taken for granted after the withdrawal, whichever comes first of two at once', async () => {
    for (let round = 0; round < 10; round++) {
      const { id, consent } = await entrusted('1990');
      const [withdrawn] = await Promise.all([withdraw(consent.id), ...Array.from({ length: 4 }, () => record(id))]);
      expect(withdrawn?.status).toBe(200);
      const { rows } = await registry.pool.query(
        `select from consent onward join entry given on given.subject = onward.id and given.type = 'consent.given.v1'
          join entry withdrawn on withdrawn.subject = $2 and withdrawn.type = 'consent.withdrawn.v1'
          where onward.beneficiary_id = $1 and onward.id <> $2 and given.xmin::text::bigint > withdrawn.xmin::text::bigint`,
        [id, consent.id],
      );
      expect(rows).toEqual([]);
    }
  });
});
