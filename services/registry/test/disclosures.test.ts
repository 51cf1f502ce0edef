import { DisclosedBeneficiary, type DisclosureQuestion, type NewConsent, ReferralGrounds } from '@rohnamo/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Ask,
  countOf,
  facility,
  nobody,
  ownOrganisation,
  recipient,
  referralService,
  testRegistry,
  type TestRegistry,
  trailOf,
} from './registry.ts';

let registry: TestRegistry;
let now = new Date('2026-11-24T18:59:59.000Z');
beforeAll(async () => {
  registry = await testRegistry({ now: () => now });
});
afterAll(() => registry.stop());

const as = referralService;
const referralId = '01934b6e-0000-7000-8000-0000000000cc';
const asked = (differing: Partial<DisclosureQuestion>): Partial<DisclosureQuestion> => ({
  referralId,
  recipientOrganisationId: recipient,
  clientId: 'facility-client',
  actingPerson: 'nurse-7',
  ...differing,
});

describe('what a referral stands on', () => {
  it('is the triage profile and the consent as it stands, and names nobody', async () => {
    const person = await registry.register({ birthDate: '1996-11-25', accessRequirements: ['wheelchair'] });
    const consent = await registry.consent(person.id);
    const ask = { body: { beneficiaryId: person.id, consentId: consent.id }, as };
    const answer = await registry.post('/v1/referral-grounds', ask);
    expect(answer.status).toBe(200);
    expect(ReferralGrounds.parse(answer.body)).toEqual({
      person: {
        beneficiaryId: person.id,
        version: 1,
        organisationId: ownOrganisation,
        ageBand: '18-29',
        language: 'tg',
        accessRequirements: ['wheelchair'],
        districtId: 'TJK003D010',
      },
      consent: {
        id: consent.id,
        version: 1,
        beneficiaryId: person.id,
        state: 'active',
        purposes: ['referral'],
        recipientOrganisationId: recipient,
        dataCategories: ['identity', 'contact', 'health'],
        endsAt: null,
        withdrawnAt: null,
        organisationId: ownOrganisation,
        facilityIds: [],
        deskIds: [],
      },
    });
    // The thirtieth birthday begins at 19:00 UTC the day before.
    now = new Date('2026-11-24T19:00:00.000Z');
    expect((await registry.post('/v1/referral-grounds', ask)).body).toMatchObject({ person: { ageBand: '30-44' } });
    await registry.post(`/v1/consents/${consent.id}/withdraw`);
    expect((await registry.post('/v1/referral-grounds', ask)).body).toMatchObject({
      consent: { state: 'withdrawn', version: 2 },
    });
  });

  it('is null where there is none', async () => {
    const body = { beneficiaryId: nobody, consentId: nobody };
    expect(await registry.post('/v1/referral-grounds', { body, as })).toMatchObject({
      status: 200,
      body: { person: null, consent: null },
    });
  });

  it('is told to our own services alone', async () => {
    const body = { beneficiaryId: nobody, consentId: nobody };
    expect((await registry.post('/v1/referral-grounds', { body })).status).toBe(403);
    expect((await registry.post('/v1/referral-grounds', { body, as: facility })).status).toBe(403);
    expect((await registry.post('/v1/referral-grounds', { body, as: null })).status).toBe(401);
    expect((await registry.post('/v1/referral-grounds', { body: {}, as })).status).toBe(422);
  });
});

describe('a disclosure', () => {
  it('opens the details, and is in the journal with who asked and what was opened', async () => {
    const person = await registry.register();
    const consent = await registry.consent(person.id);
    const answer = await registry.post('/v1/disclosures', {
      body: asked({ beneficiaryId: person.id, consentId: consent.id }),
      as,
    });
    expect(answer.status).toBe(200);
    expect(DisclosedBeneficiary.parse(answer.body)).toMatchObject({
      id: person.id,
      givenName: 'Фирӯза',
      phone: '+992000000001',
      village: null,
    });
    expect((await trailOf(registry.pool, person.id)).at(-1)).toMatchObject({
      type: 'beneficiary.observed.v1',
      detail: {
        clientId: 'facility-client',
        actingPerson: 'nurse-7',
        referralId,
        recipientOrganisationId: recipient,
        categories: ['identity', 'contact'],
      },
      actor: { clientId: 'referral', role: 'service' },
    });
  });

  it('keeps the telephone number back where contact is not covered', async () => {
    const person = await registry.register();
    const consent = await registry.consent(person.id, { dataCategories: ['identity'] });
    const answer = await registry.post('/v1/disclosures', {
      body: asked({ beneficiaryId: person.id, consentId: consent.id }),
      as,
    });
    expect(answer).toMatchObject({ status: 200, body: { phone: null } });
  });

  it('is refused under no consent, and the refusal is in the journal', async () => {
    const person = await registry.register();
    const consent = await registry.consent(person.id);
    await registry.post(`/v1/consents/${consent.id}/withdraw`);
    const anothers = await registry.consent((await registry.register()).id);
    for (const consentId of [consent.id, anothers.id, nobody]) {
      const body = asked({ beneficiaryId: person.id, consentId });
      expect(await registry.post('/v1/disclosures', { body, as })).toMatchObject({
        status: 422,
        body: { type: '/problems/consent-missing' },
      });
    }
    expect((await trailOf(registry.pool, person.id)).slice(1)).toMatchObject(
      Array.from({ length: 3 }, () => ({
        type: 'beneficiary.denied.v1',
        detail: { referralId, reason: 'consent-missing' },
      })),
    );
  });

  it('is refused once the consent has ended', async () => {
    const person = await registry.register();
    const consent = await registry.consent(person.id, { endsAt: new Date(now.getTime() + 1000).toISOString() });
    const body = asked({ beneficiaryId: person.id, consentId: consent.id });
    expect((await registry.post('/v1/disclosures', { body, as })).status).toBe(200);
    now = new Date(now.getTime() + 1000);
    expect(await registry.post('/v1/disclosures', { body, as })).toMatchObject({
      status: 422,
      body: { type: '/problems/consent-missing' },
    });
  });

  it('follows a birth date that is recorded or mended later: it ends when they come of age, and at once where the giver was not to be asked', async () => {
    const asOf = now;
    const given = async (birthDate: string | undefined, consent: Partial<NewConsent>) => {
      const { id } = await registry.register({ birthDate });
      const { id: consentId } = await registry.consent(id, { giverName: 'Malika', ...consent });
      return { id, ask: { body: asked({ beneficiaryId: id, consentId }), as } };
    };
    const mended = (id: string, birthDate: string) =>
      registry.patch(`/v1/beneficiaries/${id}`, {
        body: { birthDate, samePerson: true },
        headers: { 'if-match': '"1"' },
      });
    const disclosed = async (ask: Ask) => {
      const { status, body } = await registry.post('/v1/disclosures', ask);
      return status === 200 ? 'opened' : (body as { type: string }).type;
    };
    const worker = { givenBy: 'child-protection-worker', bestInterestReason: 'nobody else is there' } as const;
    const unknown = await given(undefined, worker);
    const small = await given('2020', worker);
    const byCaregiver = await given('2020', { givenBy: 'caregiver-with-assent' });
    const adult = await given('1990', { givenBy: 'self' });
    for (const { ask } of [unknown, small, byCaregiver, adult]) expect(await disclosed(ask)).toBe('opened');
    for (const { id } of [unknown, small, byCaregiver]) expect((await mended(id, '2009-05-01')).status).toBe(200);
    expect((await mended(adult.id, '1991')).status).toBe(200);
    const told = async ({ ask }: typeof unknown) => {
      const { beneficiaryId, consentId } = ask.body;
      const { body } = await registry.post('/v1/referral-grounds', { body: { beneficiaryId, consentId }, as });
      return ReferralGrounds.parse(body).consent?.endsAt;
    };
    for (const minor of [unknown, small]) {
      expect(await disclosed(minor.ask)).toBe('opened');
      expect(await told(minor)).toBe('2027-04-30T19:00:00.000Z');
    }
    expect(await disclosed(byCaregiver.ask)).toBe('/problems/consent-missing');
    expect(await told(byCaregiver)).toBe(asOf.toISOString());
    now = new Date('2027-04-30T19:00:00.000Z');
    for (const { ask } of [unknown, small, byCaregiver]) expect(await disclosed(ask)).toBe('/problems/consent-missing');
    expect(await disclosed(adult.ask)).toBe('opened');
    expect(await told(adult)).toBeNull();
    now = asOf;
  });

  it('is refused under a consent that does not cover it', async () => {
    const person = await registry.register();
    const covered = await registry.consent(person.id);
    const feedback = await registry.consent(person.id, { purposes: ['feedback'] });
    const ask = (differing: Partial<DisclosureQuestion>) =>
      registry.post('/v1/disclosures', { body: asked({ beneficiaryId: person.id, ...differing }), as });
    const problem = { status: 422, body: { type: '/problems/consent-insufficient' } };
    expect(await ask({ consentId: feedback.id })).toMatchObject(problem);
    expect(await ask({ consentId: covered.id, recipientOrganisationId: ownOrganisation })).toMatchObject(problem);
  });

  it('is never after the withdrawal, whichever comes first of two at once', async () => {
    for (let round = 0; round < 10; round++) {
      const person = await registry.register();
      const consent = await registry.consent(person.id);
      const body = asked({ beneficiaryId: person.id, consentId: consent.id });
      const [withdrawn] = await Promise.all([
        registry.post(`/v1/consents/${consent.id}/withdraw`),
        ...Array.from({ length: 4 }, () => registry.post('/v1/disclosures', { body, as })),
      ]);
      expect(withdrawn?.status).toBe(200);
      const { rows } = await registry.pool.query(
        `select from entry looked join entry withdrawn on withdrawn.subject = $2 and withdrawn.type = 'consent.withdrawn.v1'
          where looked.subject = $1 and looked.type = 'beneficiary.observed.v1' and looked.xmin::text::bigint > withdrawn.xmin::text::bigint`,
        [person.id, consent.id],
      );
      expect(rows).toEqual([]);
    }
  });

  it('is told to our own services alone', async () => {
    const before = await countOf(registry.pool, 'entry');
    const body = asked({ beneficiaryId: nobody, consentId: nobody });
    expect((await registry.post('/v1/disclosures', { body })).status).toBe(403);
    expect((await registry.post('/v1/disclosures', { body, as: null })).status).toBe(401);
    expect((await registry.post('/v1/disclosures', { body: { ...body, extra: 1 }, as })).status).toBe(422);
    expect(await countOf(registry.pool, 'entry')).toBe(before);
  });
});
