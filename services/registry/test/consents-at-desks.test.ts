import { randomUUID } from 'node:crypto';
import { Beneficiary, BeneficiaryAccess, Consent, isOpenTo, type NewConsent } from '@rohnamo/contracts';
import { pageOf } from '@rohnamo/service-kit';
import { aBeneficiary, aConsent, eventually, type TokenRequest } from '@rohnamo/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nobody, referralService, testRegistry, type TestRegistry, typesOf } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
});
afterAll(() => registry.stop());

const organisationId = randomUUID();
const recipientOrganisationId = randomUUID();
const [clinic, hospital] = [randomUUID(), randomUUID()];
const [hivDesk, survivorDesk] = [randomUUID(), randomUUID()];
const client = (clientId: string, at: Partial<TokenRequest> = {}): TokenRequest => ({
  role: 'facility',
  organisationId,
  clientId,
  ...at,
});
const whole = client('whole-organisation');
const atClinic = client('clinic', { facilityIds: [clinic] });
const atHospital = client('hospital', { facilityIds: [hospital] });
const atHiv = client('hiv', { facilityIds: [clinic], deskIds: [hivDesk] });
const colleagueAtHiv = client('hiv-2', { facilityIds: [clinic], deskIds: [hivDesk] });
const atSurvivors = client('survivors', { facilityIds: [clinic], deskIds: [survivorDesk] });
const atBoth = client('both-desks', { facilityIds: [clinic], deskIds: [hivDesk, survivorDesk] });
const auditor: TokenRequest = { role: 'auditor', organisationId: nobody };
const everybody = { whole, atClinic, atHospital, atHiv, colleagueAtHiv, atSurvivors, atBoth };
type Who = keyof typeof everybody;

const register = async (as = whole) =>
  Beneficiary.parse((await registry.post('/v1/beneficiaries', { as, body: aBeneficiary() })).body).id;
const record = (person: string, as: TokenRequest, other: Partial<NewConsent> = {}) =>
  registry.post(`/v1/beneficiaries/${person}/consents`, { as, body: aConsent(recipientOrganisationId, other) });
const recorded = async (person: string, as: TokenRequest, other: Partial<NewConsent> = {}) =>
  Consent.parse((await record(person, as, other)).body);
const listed = async (person: string, as: TokenRequest) => {
  const { body } = await registry.get(`/v1/beneficiaries/${person}/consents`, { as });
  return pageOf(Consent)
    .parse(body)
    .items.map(({ id }) => id);
};
const accessesOf = async (id: string, as: TokenRequest, limit = 200) => {
  const { body } = await registry.get(`/v1/beneficiaries/${id}/accesses?limit=${limit}`, { as });
  return pageOf(BeneficiaryAccess).parse(body);
};

describe('a consent that was recorded', () => {
  it.each<[string, Who, Who[]]>([
    [
      'by a client of the whole organisation',
      'whole',
      ['whole', 'atClinic', 'atHospital', 'atHiv', 'colleagueAtHiv', 'atSurvivors', 'atBoth'],
    ],
    ['at a facility', 'atClinic', ['whole', 'atClinic', 'atHiv', 'colleagueAtHiv', 'atSurvivors', 'atBoth']],
    ['at a desk', 'atHiv', ['atHiv', 'colleagueAtHiv', 'atBoth']],
    ['at two desks', 'atBoth', ['atBoth']],
  ])('%s is read, listed and withdrawn there, and does not exist elsewhere', async (_where, recorder, seeing) => {
    const person = await register();
    for (const [name, as] of Object.entries(everybody)) {
      const { id } = await recorded(person, everybody[recorder]);
      const sees = seeing.includes(name as Who);
      expect((await registry.get(`/v1/consents/${id}`, { as })).status, name).toBe(sees ? 200 : 404);
      expect((await listed(person, as)).includes(id), name).toBe(sees);
      const nothing = await registry.post(`/v1/consents/${randomUUID()}/withdraw`, { as });
      const withdrawn = await registry.post(`/v1/consents/${id}/withdraw`, { as });
      expect(withdrawn.status, name).toBe(sees ? 200 : 404);
      const plain = ({ body }: { body: unknown }) => ({ ...(body as object), instance: '' });
      if (!sees) expect(plain(withdrawn)).toEqual(plain(nothing));
      if (!sees) expect(await typesOf(registry.pool, id)).toContain('consent.denied.v1');
    }
  });

  it('at one of several desks, which it names, is that desk’s; and only at a desk of one’s own', async () => {
    const person = await register();
    const consent = await recorded(person, atBoth, { deskId: hivDesk });
    expect(consent.deskId).toBe(hivDesk);
    expect(await listed(person, atHiv)).toEqual([consent.id]);
    expect(await listed(person, atSurvivors)).toEqual([]);
    expect((await record(person, atHiv, { deskId: survivorDesk })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '#/deskId' }],
    });
  });

  it('before places were kept is for all of the organisation, as it was', async () => {
    const person = await register();
    const { id } = await recorded(person, atHiv);
    await registry.pool.query('update consent set desk_ids = null, facility_ids = null where id = $1', [id]);
    for (const as of Object.values(everybody)) expect(await listed(person, as)).toEqual([id]);
  });

  it('is counted by no page of somebody else: pages are as long as what they see', async () => {
    const person = await register();
    for (let nth = 0; nth < 6; nth += 1) await recorded(person, nth % 2 === 0 ? atHiv : atClinic);
    const page = pageOf(Consent).parse(
      (await registry.get(`/v1/beneficiaries/${person}/consents?limit=3`, { as: atSurvivors })).body,
    );
    expect(page.items).toHaveLength(3);
    expect(page.next).toBeNull();
  });
});

it('who sees what was recorded where is the same by id and in lists, for any two places', async () => {
  const person = await register();
  const ids = Array.from({ length: 3 }, () => randomUUID());
  const place = fc.record({ facilityIds: fc.subarray(ids), deskIds: fc.subarray(ids) });
  await fc.assert(
    fc.asyncProperty(place, place, async (at, caller) => {
      const { id } = await recorded(person, client('one', at));
      const as = client('other', caller);
      const sees = isOpenTo(at, caller);
      expect((await registry.get(`/v1/consents/${id}`, { as })).status).toBe(sees ? 200 : 404);
      expect((await listed(person, as)).includes(id)).toBe(sees);
    }),
    { numRuns: 40 },
  );
});

describe('who looked at a person', () => {
  const disclose = (beneficiaryId: string, consentId: string, deskIds: string[]) =>
    registry.post('/v1/disclosures', {
      as: referralService,
      body: {
        beneficiaryId,
        consentId,
        referralId: randomUUID(),
        recipientOrganisationId,
        clientId: 'their-hiv-desk',
        actingPerson: 'nurse-7',
        at: { facilityIds: [randomUUID()], deskIds },
      },
    });

  it('at a desk is told to that desk and to auditors: nothing of it to colleagues, by number, page or client', async () => {
    const person = await register();
    const alike = await register();
    const { id: consentId } = await recorded(person, atHiv);
    await registry.get(`/v1/beneficiaries/${person}`, { as: atHiv });
    await registry.get(`/v1/consents/${consentId}`, { as: atClinic });
    await listed(person, atHiv);
    await disclose(person, consentId, []);
    await registry.post(`/v1/consents/${consentId}/withdraw`, { as: atHiv });
    expect((await disclose(person, consentId, [])).status).toBe(422);
    const all = await eventually(async () => {
      const { items } = await accessesOf(person, auditor);
      const others = await accessesOf(alike, auditor);
      return items.length >= 8 && others.items.length > 0 && items;
    });
    expect(all.filter(({ clientId }) => clientId === 'hiv').length).toBeGreaterThanOrEqual(4);
    // Reading this list is a look, too.
    const told = (items: BeneficiaryAccess[]) =>
      items.filter(({ type }) => type !== 'access.observed.v1').map(({ type, clientId }) => ({ type, clientId }));
    for (const as of [whole, atClinic, atHospital, atSurvivors]) {
      const seen = await accessesOf(person, as);
      // As of somebody who was never at that desk.
      const others = await accessesOf(alike, as);
      expect(told(seen.items)).toEqual(told(others.items));
      expect(seen.next).toBeNull();
      expect((await accessesOf(person, as, 1)).items).toHaveLength(1);
    }
    const own = (await accessesOf(person, colleagueAtHiv)).items;
    for (const type of ['consent.given.v1', 'consent.withdrawn.v1', 'consent.denied.v1', 'beneficiary.denied.v1'])
      expect(own.map((access) => access.type)).toContain(type);
  });

  it('at a desk of another organisation is told without its client, which would tell what the desk is for', async () => {
    const person = await register();
    const { id: consentId } = await recorded(person, whole);
    const [desk, plain] = [await disclose(person, consentId, [randomUUID()]), await disclose(person, consentId, [])];
    expect([desk.status, plain.status]).toEqual([200, 200]);
    const shown = await eventually(async () => {
      const { items } = await accessesOf(person, whole);
      const disclosed = items.filter(({ referralId }) => referralId !== null);
      return disclosed.length === 2 && disclosed;
    });
    expect(shown).toMatchObject([
      { organisationId: recipientOrganisationId, clientId: 'their-hiv-desk', actingPerson: 'nurse-7' },
      { organisationId: recipientOrganisationId, clientId: null, actingPerson: null },
    ]);
    const { items } = await accessesOf(person, auditor);
    expect(items.filter(({ clientId }) => clientId === 'their-hiv-desk')).toHaveLength(2);
  });
});
