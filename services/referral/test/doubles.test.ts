import { randomUUID } from 'node:crypto';
import { aReferral, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const post = (as: TokenRequest, body: object) => at.call(as, 'POST', '/v1/referrals', body);
const atDesk = (deskId: string): TokenRequest => ({
  ...at.roles.facility,
  clientId: `desk-${deskId}`,
  deskIds: [deskId],
});
const deniedOf = async (id: string) => {
  const { rows } = await at.pool.query<{ detail: unknown }>(
    `select detail from entry where subject = $1 and type = 'referral.denied.v1'`,
    [id],
  );
  return rows.map(({ detail }) => detail);
};

/** A person of a facility's organisation, about whom that and another desk of it can refer to one HIV clinic. */
function onePersonTwoDesks() {
  const { facility } = at.roles;
  const desks = [randomUUID(), randomUUID()] as const;
  const person = at.person({ organisationId: facility.organisationId, categories: ['identity', 'hiv'] });
  const asked = (deskId: string) =>
    aReferral({ ...person, offeringId: at.offering({ deskId, service: 'hiv-care' }).id }, { needCategory: 'hiv' });
  return { desks, person, asked };
}

describe('a second referral of a person to the same service of the same facility', () => {
  it('is refused with the first one named where the caller may see that, and the attempt is in its trail', async () => {
    const asked = at.aNewReferral();
    const first = (await post(at.roles.referrer, asked)).body;
    const { status, body } = await post(at.roles.referrer, asked);
    expect({ status, body }).toMatchObject({
      status: 409,
      body: {
        type: '/problems/duplicate-referral',
        openReferral: { id: first['id'], number: first['number'] },
      },
    });
    expect(await deniedOf(String(first['id']))).toEqual([{ code: 'duplicate-referral' }]);
  });

  it('is let through where the first is a desk’s that the caller may not see, and told to nobody but who sees both', async () => {
    const { desks, asked } = onePersonTwoDesks();
    const hidden = await post(atDesk(desks[0]), { ...asked(desks[0]), walkIn: true });
    expect(hidden.status).toBe(201);
    const own = await post(atDesk(desks[1]), { ...asked(desks[1]), walkIn: true });
    expect(own.status).toBe(201);
    const read = async (as: TokenRequest, { body }: typeof own) =>
      (await at.call(as, 'GET', `/v1/referrals/${body['id']}`)).body['otherOpenReferrals'];
    expect(await read(atDesk(desks[0]), hidden)).toEqual([]);
    expect(await read(atDesk(desks[1]), own)).toEqual([]);
    const both = { ...at.roles.facility, clientId: 'both', deskIds: [...desks] };
    expect(await read(both, own)).toEqual([{ id: hidden.body['id'], number: hidden.body['number'] }]);
    expect(await deniedOf(String(hidden.body['id']))).toEqual([]);
  });

  it('is told to a desk that refers to itself, as long as nothing is open, and after', async () => {
    const { desks, asked } = onePersonTwoDesks();
    const first = await post(atDesk(desks[0]), { ...asked(desks[0]), walkIn: true });
    const both = { ...at.roles.facility, clientId: 'both', deskIds: [...desks] };
    const second = await post(atDesk(desks[1]), { ...asked(desks[1]), reference: 'case-17' });
    const read = async () => (await at.call(both, 'GET', `/v1/referrals/${second.body['id']}`)).body;
    const otherOpenReferrals = [{ id: first.body['id'], number: first.body['number'] }];
    expect(await read()).toMatchObject({ view: 'referrer', otherOpenReferrals, details: { reference: 'case-17' } });
    await at.act(both, String(second.body['id']), 'accept');
    expect(await read()).toMatchObject({ view: 'details', otherOpenReferrals, details: { reference: 'case-17' } });
  });

  it('is let through where another organisation sent the first, and the facility that receives both sees both', async () => {
    const offeringId = at.offering().id;
    const person = at.person();
    const first = (await post(at.roles.referrer, at.aNewReferral({ ...person, offeringId }))).body;
    // Who has taken the person on elsewhere refers them onward, to where they have been referred already.
    const { place, there } = at.elsewhere();
    const consentId = at.consentTo(person.beneficiaryId, place.organisationId);
    const toOther = at.aNewReferral({ ...person, consentId, offeringId: at.offering({ facilityId: place.id }).id });
    const theirs = String((await post(at.roles.referrer, toOther)).body['id']);
    await at.act(there, theirs, 'accept');
    const again = at.consentTo(person.beneficiaryId, at.roles.facility.organisationId, { by: there });
    const onward = at.aNewReferral({ ...person, consentId: again, offeringId, onwardOf: theirs });
    const second = await post(there, onward);
    expect(second.status).toBe(201);
    const read = await at.call(at.roles.facility, 'GET', `/v1/referrals/${second.body['id']}`);
    expect(read.body['otherOpenReferrals']).toEqual([{ id: first['id'], number: first['number'] }]);
    for (const as of [there, at.roles.referrer])
      expect(
        (await at.call(as, 'GET', `/v1/referrals/${as === there ? second.body['id'] : first['id']}`)).body,
      ).not.toHaveProperty('otherOpenReferrals');
    // The receiving facility itself may see them, and is told so.
    const walkIn = { ...onward, onwardOf: undefined, walkIn: true };
    expect((await post(at.roles.facility, walkIn)).status).toBe(422); // not its person
    await at.act(at.roles.facility, String(first['id']), 'accept');
    const own = at.consentTo(person.beneficiaryId, at.roles.facility.organisationId, { by: at.roles.facility });
    const itself = await post(at.roles.facility, { ...walkIn, consentId: own, onwardOf: first['id'] });
    expect(itself.body).toMatchObject({ status: 409, type: '/problems/duplicate-referral' });
  });

  it('of two that one organisation sends at the same moment, one goes through', async () => {
    for (let round = 0; round < 5; round += 1) {
      const asked = at.aNewReferral();
      const answers = await Promise.all([1, 2, 3].map(() => post(at.roles.referrer, asked)));
      expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([201, 409, 409]);
    }
  });

  it('a facility that passes a referral on does not hear that the person is known there', async () => {
    const { place } = at.elsewhere();
    const next = at.offering({ facilityId: place.id }).id;
    const person = at.person();
    const consentId = at.consentTo(person.beneficiaryId, place.organisationId);
    expect((await post(at.roles.referrer, at.aNewReferral({ ...person, consentId, offeringId: next }))).status).toBe(
      201,
    );
    const here = at.consentTo(person.beneficiaryId, at.roles.facility.organisationId);
    const { body } = await post(at.roles.referrer, at.aNewReferral({ ...person, consentId: here }));
    const target = { offeringId: next, consentId: at.consentTo(person.beneficiaryId, place.organisationId) };
    expect((await at.act(at.roles.facility, String(body['id']), 'redirect', target)).status).toBe(200);
  });
});
