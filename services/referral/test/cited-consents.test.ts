import { randomUUID } from 'node:crypto';
import { isOpenTo, type WorkPlace } from '@rohnamo/contracts';
import type { TokenRequest } from '@rohnamo/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const [deskA, deskB, otherFacilityId] = [randomUUID(), randomUUID(), randomUUID()];
const everyDesk = [deskA, deskB];
const service = () => `service-${randomUUID()}`;
interface Answer {
  status: number;
  body: object;
}
interface Person {
  beneficiaryId: string;
  consentId: string;
}
/** One way in which a consent is named. `try`: what is answered to whoever names that one. */
interface Attempt {
  /** Whom the consent must name. */
  recipient: string;
  try: (as: TokenRequest, consentId: string) => Promise<Answer>;
}
type Way = (person: Person) => Promise<Attempt> | Attempt;

const here = () => at.roles.facility.organisationId;
const post = (as: TokenRequest, body: object) => at.call(as, 'POST', '/v1/referrals', body);
const anOffering = () => at.offering({ service: service() }).id;
const known = async (person: Person, other: object = {}) => at.refer({ ...person, offeringId: anOffering(), ...other });

/** By the organisation that registered the person. */
const byTheReferrer: Record<string, Way> = {
  create: ({ beneficiaryId }) => {
    const offeringId = anOffering();
    return {
      recipient: here(),
      try: (as, consentId) => post(as, at.aNewReferral({ beneficiaryId, consentId, offeringId })),
    };
  },
  draft: ({ beneficiaryId }) => {
    const offeringId = anOffering();
    return {
      recipient: here(),
      try: (as, consentId) => post(as, at.aNewReferral({ beneficiaryId, consentId, offeringId, draft: true })),
    };
  },
  batch: ({ beneficiaryId }) => {
    const offeringId = anOffering();
    return {
      recipient: here(),
      try: async (as, consentId) => {
        const { body: text } = await at.app.inject({
          method: 'POST',
          url: '/v1/referral-batches',
          headers: { ...(await at.issuer.authorization(as)), 'content-type': 'application/x-ndjson' },
          payload: `${JSON.stringify({ ...at.aNewReferral({ beneficiaryId, consentId, offeringId }), id: undefined })}\n`,
        });
        const line = JSON.parse(text) as { status: number; problem?: object };
        return { status: line.status, body: line.problem ?? {} };
      },
    };
  },
  'draft PATCH': async (person) => {
    const id = await known(person, { draft: true });
    const headers = { 'if-match': '"1"' };
    return {
      recipient: here(),
      try: (as, consentId) => at.call(as, 'PATCH', `/v1/referrals/${id}`, { consentId }, headers),
    };
  },
  reroute: async (person) => {
    const id = await known(person);
    const { place } = at.elsewhere();
    const offeringId = at.offering({ facilityId: place.id }).id;
    return {
      recipient: place.organisationId,
      try: (as, consentId) => at.act(as, id, 'reroute', { offeringId, consentId }),
    };
  },
  propose_transfer: async (person) => {
    const id = await known(person);
    const organisationId = randomUUID();
    at.organisations.set(organisationId, { id: organisationId, version: 1, kind: 'ngo', name: 'Another (sample)' });
    return {
      recipient: organisationId,
      try: (as, consentId) =>
        at.act({ ...as, role: 'supervisor' }, id, 'propose_transfer', { organisationId, consentId }),
    };
  },
};
/** By the facility to which they were referred. */
const byTheFacility: Record<string, Way> = {
  redirect: async (person) => {
    const id = await known(person);
    const { place } = at.elsewhere();
    const offeringId = at.offering({ facilityId: place.id }).id;
    return {
      recipient: place.organisationId,
      try: (as, consentId) => at.act(as, id, 'redirect', { offeringId, consentId }),
    };
  },
  onward: async (person) => {
    const onwardOf = await known(person);
    await at.act(at.roles.facility, onwardOf, 'accept');
    const { place } = at.elsewhere();
    const offeringId = at.offering({ facilityId: place.id }).id;
    const { beneficiaryId } = person;
    return {
      recipient: place.organisationId,
      try: (as, consentId) => post(as, at.aNewReferral({ beneficiaryId, consentId, offeringId, onwardOf })),
    };
  },
};

/** What is answered but for the name of the request, what was asked and written for it, and how much the journal has grown. */
async function workOf(attempt: () => Promise<Answer>) {
  const asked: string[] = [];
  const { call } = at.registry;
  const count = () => void asked.push('database');
  at.pool.on('acquire', count);
  at.registry.call = async (request) => {
    asked.push('registry');
    return call(request);
  };
  const entries = async () =>
    (await at.pool.query<{ count: number }>('select count(*)::int from entry')).rows[0]!.count;
  try {
    const before = await entries();
    asked.length = 0;
    const { status, body } = await attempt();
    const work = [...asked].toSorted();
    const { instance: _ofEachRequest, ...said } = body as { instance?: string };
    return { status, said, work, written: (await entries()) - before };
  } finally {
    at.pool.off('acquire', count);
    Object.assign(at.registry, { call });
  }
}
const copyOf = async (consentId: string) =>
  (await at.pool.query('select * from consent where id = $1', [consentId])).rows;

const places = (facilities: string[]) =>
  fc.record({ facilityIds: fc.subarray(facilities), deskIds: fc.subarray(everyDesk) });
const whose = fc.constantFrom<('referrer' | 'facility' | 'other')[]>('referrer', 'facility', 'other');

interface Place {
  facilityIds: string[];
  deskIds: string[];
}
/** Who has recorded a consent, where, and whether this service has a copy. */
interface Made {
  recordedBy: 'referrer' | 'facility' | 'other';
  recorded: WorkPlace;
  isKnown: boolean;
}
/** Tries a consent, and one that does not exist. */
async function tried(way: Way, { as, recordedBy, recorded, isKnown }: Made & { as: TokenRequest }) {
  const person = at.person({ categories: ['identity', 'contact', 'health', 'disability'] });
  const attempt = await way(person);
  const organisationId = recordedBy === 'other' ? randomUUID() : at.roles[recordedBy].organisationId;
  const consentId = at.consentTo(person.beneficiaryId, attempt.recipient, { by: { organisationId, ...recorded } });
  if (isKnown)
    await at.pool.query(
      `insert into consent (id, version, beneficiary_id, state, purposes, recipient_organisation_id, data_categories, organisation_id, facility_ids, desk_ids)
       values ($1, 1, $2, 'active', '{referral}', $3, '{identity,contact,health,disability}', $4, $5, $6)`,
      [consentId, person.beneficiaryId, attempt.recipient, organisationId, recorded.facilityIds, recorded.deskIds],
    );
  const before = await copyOf(consentId);
  await attempt.try(as, randomUUID()); // whatever is asked for once is known from here on
  const none = await workOf(() => attempt.try(as, randomUUID()));
  const answer = await workOf(() => attempt.try(as, consentId));
  return { none, answer, isKept: before, isLeft: await copyOf(consentId) };
}
const samples = { numRuns: 20 };

describe('a consent is named by those alone who could read it at the registry:', () => {
  const ruleOf = (role: 'referrer' | 'facility', name: string, way: Way) => {
    const ofOwn = [at.facilityId, otherFacilityId];
    const asked = fc.record({
      recordedBy: whose,
      recorded: places(ofOwn),
      works: places(ofOwn),
      isKnown: fc.boolean(),
    });
    const judge = async ({ works: { facilityIds, deskIds }, ...made }: Made & { works: Place }) => {
      const place = {
        facilityIds: role === 'facility' ? [...new Set([at.facilityId, ...facilityIds])] : facilityIds,
        deskIds,
      };
      const { none, answer, isKept, isLeft } = await tried(way, { ...made, as: { ...at.roles[role], ...place } });
      expect(none).toMatchObject({ status: 422, said: { type: '/problems/consent-missing' } });
      const mayRead = made.recordedBy === role && isOpenTo(made.recorded, place);
      // What a whole organisation can read it may tell a facility that passes on what it has sent.
      const wasTold = name === 'redirect' && made.recordedBy === 'referrer' && made.recorded.deskIds.length === 0;
      if (mayRead || wasTold) expect([200, 201], JSON.stringify(answer)).toContain(answer.status);
      else expect({ ...answer, isLeft }).toEqual({ ...none, isLeft: isKept }); // nothing is learnt of it
    };
    return fc.asyncProperty(asked, judge);
  };
  it.each(Object.entries(byTheReferrer))('%s by the referrer', (name, way) =>
    fc.assert(ruleOf('referrer', name, way), samples),
  );
  it.each(Object.entries(byTheFacility))('%s by the facility', (name, way) =>
    fc.assert(ruleOf('facility', name, way), samples),
  );
});

describe('a referral under a consent of a desk', () => {
  const nurse = () => ({ ...at.roles.referrer, deskIds: [deskA], clientId: 'nurse' });
  const atDesk = () => at.person({ at: { deskIds: [deskA] } });

  it('is kept as a draft that whoever may not read the consent neither sends nor tries need after need on', async () => {
    const { referrer } = at.roles;
    const { body } = await post(nurse(), at.aNewReferral({ ...atDesk(), draft: true }));
    const id = String(body['id']);
    const headers = { 'if-match': '"1"' };
    const change = (as: TokenRequest, asked: object) => at.call(as, 'PATCH', `/v1/referrals/${id}`, asked, headers);
    const refusals = [
      await at.act(referrer, id, 'submit'),
      await change(referrer, { needCategory: 'disability-rehabilitation' }),
      await change(referrer, { priority: 'urgent' }),
      await change(referrer, { consentId: randomUUID() }),
    ].map(({ body: { instance: _ofEachRequest, ...said } }) => said);
    expect(refusals[0]).toMatchObject({ status: 422, type: '/problems/consent-missing' });
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
    expect((await change(nurse(), { needCategory: 'disability-rehabilitation' })).body).toMatchObject({
      type: '/problems/consent-insufficient',
    });
    expect((await at.act(nurse(), id, 'submit')).body).toMatchObject({ state: 'sent' });
  });

  it('goes on under it once it was sent, by colleagues and by the supervisor', async () => {
    const { referrer, supervisor } = at.roles;
    const { body } = await post(nurse(), at.aNewReferral(atDesk()));
    const reroute = async (as: TokenRequest) =>
      (await at.act(as, String(body['id']), 'reroute', { offeringId: anOffering() })).body;
    expect(await reroute(referrer)).toMatchObject({ state: 'sent', taskNumber: 2 });
    expect(await reroute(supervisor)).toMatchObject({ state: 'sent', taskNumber: 3 });
  });
});

describe('a copy of a consent that does not say where it was recorded', () => {
  const forget = (consentId: string) =>
    at.pool.query('update consent set organisation_id = null, facility_ids = null, desk_ids = null where id = $1', [
      consentId,
    ]);
  const refer = (as: TokenRequest, person: Person) =>
    post(as, at.aNewReferral({ ...person, offeringId: anOffering() }));

  it('is asked for again, once', async () => {
    const { referrer } = at.roles;
    const nurse = { ...referrer, deskIds: [deskA], clientId: 'nurse' };
    const person = at.person({ at: { deskIds: [deskA] } });
    await refer(nurse, person);
    await forget(person.consentId);
    expect((await refer(referrer, person)).body).toMatchObject({ type: '/problems/consent-missing' });
    const first = await workOf(() => refer(nurse, person));
    expect(first).toMatchObject({ status: 201, work: expect.arrayContaining(['registry']) });
    expect((await workOf(() => refer(nurse, person))).work).not.toContain('registry');
  });

  it('leads nowhere while the registry is of a version that does not say either, or is away', async () => {
    const { referrer } = at.roles;
    const person = at.person();
    await refer(referrer, person);
    await forget(person.consentId);
    const known = at.grounds.get(person.beneficiaryId)!;
    const { organisationId: _unsaid, ...consent } = known.consent;
    at.grounds.set(person.beneficiaryId, { ...known, consent });
    expect((await refer(referrer, person)).body).toMatchObject({
      status: 503,
      type: '/problems/dependency-unavailable',
    });
    at.grounds.set(person.beneficiaryId, known);
    at.goDown(true);
    expect((await refer(referrer, person)).status).toBe(503);
    at.goDown(false);
    expect((await refer(referrer, person)).status).toBe(201);
  });
});
