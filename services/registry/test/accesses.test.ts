import { BeneficiaryAccess } from '@rohnamo/contracts';
import { pageOf } from '@rohnamo/service-kit';
import { aConsent, eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Ask,
  nobody,
  other,
  ownOrganisation,
  recipient,
  referralService,
  testRegistry,
  type TestRegistry,
  typesOf,
} from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
});
afterAll(() => registry.stop());

const auditor: TokenRequest = { role: 'auditor', organisationId: nobody };
const referralId = '01934b6e-0000-7000-8000-0000000000cc';
const AccessPage = pageOf(BeneficiaryAccess);

const pathOf = (id: string) => `/v1/beneficiaries/${id}/accesses`;
const pageAt = async (path: string, ask?: Ask) => {
  const { status, body } = await registry.get(path, ask);
  expect(status, JSON.stringify(body)).toBe(200);
  return AccessPage.parse(body);
};
/** All that is placed, once that is as many as are expected. Reading adds to it: what was there before comes back. */
const accessesOf = (id: string, { count, ...ask }: Ask & { count: number }) =>
  eventually(async () => {
    const { items } = await pageAt(pathOf(id), ask);
    const before = items.filter(({ type }) => type !== 'access.observed.v1');
    return before.length === count && before;
  });
const disclose = (beneficiaryId: string, consentId: string) =>
  registry.post('/v1/disclosures', {
    body: {
      beneficiaryId,
      consentId,
      referralId,
      recipientOrganisationId: recipient,
      clientId: 'facility-client',
      actingPerson: 'nurse-7',
    },
    as: referralService,
  });

describe('the accesses of a person', () => {
  it('have which organisation was given a case of theirs by an operator, and why', async () => {
    const { id } = await registry.register();
    const body = { beneficiaryId: id, referralId, organisationId: recipient, reason: 'office-closed' };
    expect((await registry.post('/v1/hand-overs', { body, as: referralService })).status).toBe(200);
    const [given] = await accessesOf(id, { count: 2 });
    const by = { clientId: null, role: 'operator', actingPerson: null, consentId: null, categories: [] };
    expect(given).toMatchObject({ organisationId: recipient, referralId, reasonCode: 'office-closed', ...by });
    const named = { ...body, reason: 'Karimov has left' };
    expect((await registry.post('/v1/hand-overs', { body: named, as: referralService })).status).toBe(422);
  });

  it('are who was shown their data, who wrote it and who was refused, newest first', async () => {
    const { id } = await registry.register();
    const read = await registry.get(`/v1/beneficiaries/${id}`, { headers: { 'acting-person': 'officer-12' } });
    await registry.patch(`/v1/beneficiaries/${id}`, { body: { language: 'ru' }, headers: { 'if-match': '"1"' } });
    await registry.get(`/v1/beneficiaries/${id}`, { as: other });
    const [refused, changed, shown, registered] = await accessesOf(id, { count: 4 });
    expect(shown).toEqual({
      id: expect.any(String) as string,
      position: expect.any(Number) as number,
      time: expect.any(String) as string,
      outcome: 'disclosed',
      type: 'beneficiary.observed.v1',
      route: 'GET /v1/beneficiaries/:id',
      purpose: null,
      categories: ['identity', 'contact'],
      consentId: null,
      referralId: null,
      reasonCode: null,
      organisationId: ownOrganisation,
      clientId: 'test-migration-service',
      role: 'migration-service',
      actingPerson: 'officer-12',
      traceId: read.headers['x-request-id'],
    });
    expect(changed).toMatchObject({
      outcome: 'changed',
      type: 'beneficiary.changed.v1',
      organisationId: ownOrganisation,
    });
    expect(registered).toMatchObject({ outcome: 'changed', type: 'beneficiary.registered.v1' });
    expect(refused).toMatchObject({
      outcome: 'denied',
      route: 'GET /v1/beneficiaries/:id',
      organisationId: other.organisationId,
      clientId: 'other',
      categories: [],
    });
  });

  it('name the facility and its staff where a referral opened the details, and why where it did not', async () => {
    const { id } = await registry.register();
    const consent = await registry.consent(id);
    expect((await disclose(id, consent.id)).status).toBe(200);
    await registry.post(`/v1/consents/${consent.id}/withdraw`);
    expect((await disclose(id, consent.id)).status).toBe(422);
    const facilitys = {
      organisationId: recipient,
      clientId: 'facility-client',
      role: 'facility',
      actingPerson: 'nurse-7',
    };
    const [refused, , shown] = await accessesOf(id, { count: 5 });
    expect(shown).toMatchObject({
      ...facilitys,
      outcome: 'disclosed',
      purpose: 'referral',
      categories: ['identity', 'contact'],
      referralId,
    });
    expect(refused).toMatchObject({ ...facilitys, outcome: 'denied', referralId, reasonCode: 'consent-missing' });
  });

  it('name who had a slip printed, for which their birth year was asked', async () => {
    const { id } = await registry.register({ birthDate: '1994-03-21' });
    const askedBy = {
      organisationId: ownOrganisation,
      clientId: 'office-client',
      role: 'migration-service',
      actingPerson: 'officer-12',
    };
    const ask = (beneficiaryId: string) =>
      registry.post('/v1/birth-years', { body: { beneficiaryId, referralId, askedBy }, as: referralService });
    expect(await ask(id)).toMatchObject({ status: 200, body: { birthYear: 1994 } });
    const [shown] = await accessesOf(id, { count: 2 });
    expect(shown).toMatchObject({
      ...askedBy,
      outcome: 'disclosed',
      route: 'POST /v1/birth-years',
      purpose: 'referral',
      categories: ['identity'],
      referralId,
    });
    expect(await ask(nobody)).toMatchObject({ status: 200, body: { birthYear: null } });
  });

  it('hold the looks at their consents, one by one and in a list, and who was refused them', async () => {
    const { id } = await registry.register();
    const consent = await registry.consent(id);
    await registry.get(`/v1/consents/${consent.id}`);
    await registry.get(`/v1/beneficiaries/${id}/consents`);
    await registry.get(`/v1/consents/${consent.id}`, { as: other });
    const found = await accessesOf(id, { count: 5 });
    expect(found.slice(0, 4).map(({ outcome, route, consentId }) => [outcome, route, consentId])).toEqual([
      ['denied', 'GET /v1/consents/:id', consent.id],
      ['disclosed', 'GET /v1/beneficiaries/:id/consents', null],
      ['disclosed', 'GET /v1/consents/:id', consent.id],
      ['changed', null, consent.id],
    ]);
  });

  it('are nobody else’s', async () => {
    const [one, two] = [await registry.register(), await registry.register()];
    await registry.consent(two.id);
    await registry.get(`/v1/beneficiaries/${two.id}`);
    expect(await accessesOf(one.id, { count: 1 })).toMatchObject([{ type: 'beneficiary.registered.v1' }]);
  });

  it('name nothing personal', async () => {
    const { id } = await registry.register({ village: 'Ворух' });
    await registry.post(`/v1/beneficiaries/${id}/consents`, {
      body: aConsent(recipient, { dataCategories: ['identity', 'hiv'], witness: 'Ситора' }),
    });
    await registry.get(`/v1/beneficiaries/${id}/consents`);
    expect(JSON.stringify(await accessesOf(id, { count: 3 }))).not.toMatch(/Фирӯза|Назарова|Ворух|Ситора|hiv|99200/);
  });
});

describe('reading the accesses', () => {
  it('is an access, in the journal before the answer leaves', async () => {
    const { id } = await registry.register();
    await registry.get(pathOf(id), { as: auditor });
    expect(await typesOf(registry.pool, id)).toEqual(['beneficiary.registered.v1', 'access.observed.v1']);
    const { items } = await eventually(async () => {
      const page = await pageAt(pathOf(id));
      return page.items.some(({ role }) => role === 'auditor') && page;
    });
    expect(items.at(-2)).toMatchObject({
      outcome: 'disclosed',
      route: 'GET /v1/beneficiaries/:id/accesses',
      role: 'auditor',
      categories: [],
    });
  });

  it('is for whoever registered the person, and for auditors; to others there is nobody, and that they asked is noted', async () => {
    const { id } = await registry.register();
    expect(await accessesOf(id, { count: 1, as: auditor })).toHaveLength(1);
    expect((await registry.get(pathOf(id), { as: referralService })).status).toBe(403);
    const [theirs, none] = [
      await registry.get(pathOf(id), { as: other }),
      await registry.get(pathOf(nobody), { as: other }),
    ];
    expect([theirs.status, none.status]).toEqual([404, 404]);
    expect({ ...(theirs.body as object), instance: '' }).toEqual({ ...(none.body as object), instance: '' });
    expect(await accessesOf(id, { count: 2 })).toMatchObject([
      { outcome: 'denied', route: 'GET /v1/beneficiaries/:id/accesses', organisationId: other.organisationId },
      { type: 'beneficiary.registered.v1' },
    ]);
  });

  it('needs a scope of its own', async () => {
    const { id } = await registry.register();
    const reader = {
      role: 'migration-service' as const,
      organisationId: ownOrganisation,
      scopes: ['beneficiaries:read'],
    };
    expect((await registry.get(pathOf(id), { as: reader })).status).toBe(403);
  });

  it('page by page misses nothing and repeats nothing, whatever is added meanwhile', async () => {
    const { id } = await registry.register();
    for (let look = 0; look < 6; look++) await registry.get(`/v1/beneficiaries/${id}`);
    const expected = await accessesOf(id, { count: 7 });
    const walked: BeneficiaryAccess[] = [];
    let cursor = '';
    do {
      const page = await pageAt(`${pathOf(id)}?limit=2${cursor}`);
      walked.push(...page.items);
      await registry.get(`/v1/beneficiaries/${id}`);
      await registry.consent(id);
      cursor = page.next === null ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    const positions = walked.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => b - a));
    expect(walked.slice(-expected.length)).toEqual(expected);
  });

  it('with the cursor of another person’s list gives this person’s alone, and with none of ours is refused', async () => {
    const [one, two] = [await registry.register(), await registry.register()];
    await registry.get(`/v1/beneficiaries/${two.id}`);
    await accessesOf(one.id, { count: 1 });
    await accessesOf(two.id, { count: 2 });
    const { next } = await pageAt(`${pathOf(two.id)}?limit=1`);
    const { items } = await pageAt(`${pathOf(one.id)}?cursor=${next}`);
    expect(items.at(-1)).toMatchObject({ type: 'beneficiary.registered.v1' });
    const theirs = new Set((await pageAt(pathOf(two.id))).items.map((item) => item.id));
    expect(items.filter((item) => theirs.has(item.id))).toEqual([]);
    const wrong = await registry.get(`${pathOf(one.id)}?cursor=${btoa('["a"]')}`);
    expect(wrong).toMatchObject({ status: 422, body: { type: '/problems/cursor-invalid' } });
  });
});
