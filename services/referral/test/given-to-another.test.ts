import { randomUUID } from 'node:crypto';
import type { NewReferral, NewScreening, OrganisationKind } from '@rohnamo/contracts';
import { aReferral, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const asked = { version: '1', language: 'en', answeredOn: '2026-11-20' } as const;
const who5: NewScreening = { ...asked, instrument: 'who-5', answers: [1, 1, 1, 1, 1] };
const tbSymptoms: NewScreening = {
  ...asked,
  instrument: 'tb-symptoms',
  answers: { cough: 'no', fever: true, weightLoss: false, nightSweats: false },
};
const clinical = /a fracture|transport|who-5|sleeps badly/;
const read = async (as: TokenRequest, id: string, path = '') =>
  (await at.call(as, 'GET', `/v1/referrals/${id}${path}`)).body;

/** A polyclinic that refers, what it refers, and its supervisor who gives that to an organisation of some kind. */
async function referredByPolyclinic(other: Partial<NewReferral> = {}) {
  const polyclinic: TokenRequest = {
    role: 'facility',
    organisationId: randomUUID(),
    organisationKind: 'health-provider',
    facilityIds: [randomUUID()],
    clientId: 'polyclinic',
  };
  const person = at.person({
    organisationId: polyclinic.organisationId,
    categories: ['identity', 'contact', 'health', 'mhpss'],
    purposes: ['referral', 'feedback'],
  });
  const offeringId = at.offering({ pyramidLayer: 3 }).id;
  const told = { screenings: [who5, tbSymptoms], restrictedNotes: 'sleeps badly' };
  const referral = aReferral({ ...person, offeringId }, { ...told, ...other });
  const { status, body } = await at.call(polyclinic, 'POST', '/v1/referrals', referral);
  expect(status, JSON.stringify(body)).toBe(201);
  const id = String(body['id']);

  const giveTo = async (kind: OrganisationKind): Promise<TokenRequest> => {
    const organisationId = randomUUID();
    at.organisations.set(organisationId, { id: organisationId, version: 1, kind, name: 'Another (sample)' });
    const supervisor: TokenRequest = { role: 'supervisor', organisationId: polyclinic.organisationId };
    const taker: TokenRequest = {
      role: 'migration-service',
      organisationId,
      organisationKind: kind,
      clientId: organisationId,
    };
    const consentId = at.consentTo(person.beneficiaryId, organisationId);
    expect((await at.act(supervisor, id, 'propose_transfer', { organisationId, consentId })).status).toBe(200);
    const given = await at.act(taker, id, 'accept_transfer');
    expect(given.body).toMatchObject({ referrerOrganisationId: organisationId, view: 'referrer' });
    if (kind !== 'health-provider') expect(JSON.stringify(given.body)).not.toMatch(clinical);
    return taker;
  };
  return { id, person, polyclinic, giveTo };
}
const completed = async (id: string) => {
  const outcome = { outcome: 'treated', findings: 'a fracture', barrier: 'transport', nextSteps: 'rest' };
  await at.act(at.roles.facility, id, 'start');
  expect((await at.act(at.roles.facility, id, 'complete', outcome)).status).toBe(200);
};

describe('a referral of a health provider that is given to another organisation', () => {
  it('tells a migration office nothing of findings, of screening that is for health staff, or of notes that it did not write', async () => {
    const { id, polyclinic, giveTo } = await referredByPolyclinic();
    expect(JSON.stringify(await read(polyclinic, id))).toMatch(/who-5.*sleeps badly/);
    const office = await giveTo('migration-service');
    await completed(id);
    const answers = [
      await read(office, id),
      (await at.call(office, 'GET', '/v1/referrals')).body,
      await read(office, id, '/trail'),
      (await at.call(office, 'POST', '/v1/worklist')).body,
    ];
    for (const answer of answers) {
      expect(JSON.stringify(answer)).toContain(id.slice(0, 8));
      expect(JSON.stringify(answer)).not.toMatch(clinical);
    }
    expect(answers[0]).not.toHaveProperty('outcome');
    expect(answers[0]).toMatchObject({
      result: { served: 'served', nextSteps: 'rest' },
      details: { restrictedNotes: null, screenings: [{ instrument: 'tb-symptoms' }] },
    });
    const closed = await at.act(office, id, 'close', { needMet: true });
    expect(closed.body).toMatchObject({ state: 'closed' });
    expect(JSON.stringify(closed.body)).not.toMatch(clinical);
  });

  it('is told whole to another health provider, and no more to the one that wrote it', async () => {
    const { id, polyclinic, giveTo } = await referredByPolyclinic();
    const hospital = await giveTo('health-provider');
    await completed(id);
    const whole = {
      outcome: { code: 'treated', findings: 'a fracture' },
      details: {
        restrictedNotes: 'sleeps badly',
        screenings: [{ instrument: 'who-5' }, { instrument: 'tb-symptoms' }],
      },
    };
    expect(await read(hospital, id)).toMatchObject(whole);
    expect(await at.call(polyclinic, 'GET', `/v1/referrals/${id}`)).toMatchObject({ status: 404 });
  });
});

describe('whoever a referral is given to need not have registered the person', () => {
  it('sends what was a draft, and changes it before', async () => {
    const { id, giveTo } = await referredByPolyclinic({ draft: true });
    const office = await giveTo('migration-service');
    const headers = { 'if-match': '"3"' };
    const changed = await at.call(office, 'PATCH', `/v1/referrals/${id}`, { priority: 'urgent' }, headers);
    expect(changed.body).toMatchObject({ state: 'draft', priority: 'urgent' });
    expect(JSON.stringify(changed.body)).not.toMatch(clinical);
    expect(await at.act(office, id, 'submit')).toMatchObject({ status: 200, body: { state: 'sent' } });
  });

  it('sends what was rejected to another place, and the facility passes it on', async () => {
    const { id, person, giveTo } = await referredByPolyclinic();
    const { facility } = at.roles;
    const office = await giveTo('migration-service');
    await at.act(facility, id, 'reject', { code: 'no-capacity' });
    const next = () => ({ offeringId: at.offering({ pyramidLayer: 3, service: `care-${randomUUID()}` }).id });
    expect(await at.act(office, id, 'reroute', next())).toMatchObject({ status: 200, body: { state: 'sent' } });
    const { place, there } = at.elsewhere();
    const target = {
      offeringId: at.offering({ facilityId: place.id, pyramidLayer: 3 }).id,
      consentId: at.consentTo(person.beneficiaryId, place.organisationId, { by: office }),
    };
    expect(await at.act(facility, id, 'redirect', target)).toMatchObject({ status: 200, body: { view: 'former' } });
    expect(await read(there, id)).toMatchObject({ view: 'triage', taskNumber: 3 });
  });
});
