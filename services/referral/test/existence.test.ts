import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

/** What is asked of the other services and of the database while something is done, and what is answered but for the name of the request. */
async function workOf(send: () => ReturnType<ReferralService['call']>) {
  const asked: string[] = [];
  const { call } = at.registry;
  const { call: callDirectory } = at.directory;
  const count = () => void asked.push('database');
  at.pool.on('acquire', count);
  at.registry.call = async (request) => {
    asked.push('registry');
    return call(request);
  };
  at.directory.call = async (request) => {
    asked.push('directory');
    return callDirectory(request);
  };
  try {
    const { status, body } = await send();
    const { instance: _ofEachRequest, ...said } = body;
    return { status, said, asked };
  } finally {
    at.pool.off('acquire', count);
    Object.assign(at.registry, { call });
    Object.assign(at.directory, { call: callDirectory });
  }
}
const refer = (other: object) =>
  workOf(() => at.call(at.roles.referrer, 'POST', '/v1/referrals', { ...at.aNewReferral(), ...other }));

describe('that there is a person, a consent or a referral is told by no answer, and by no work that is done for it', () => {
  it('of a person of another organisation, asked for before or not', async () => {
    const offeringId = at.offering().id;
    const theirs = () => at.person({ organisationId: randomUUID() });
    const nobody = () => ({ beneficiaryId: randomUUID(), consentId: randomUUID() });
    await refer({ offeringId }); // the offering is known from here on
    const answer = await refer({ ...nobody(), offeringId });
    expect(answer).toMatchObject({ status: 422, said: { type: '/problems/unknown-beneficiary' } });
    expect(answer.asked).toContain('registry');
    const another = theirs();
    for (const who of [theirs(), another, another, { ...nobody(), consentId: theirs().consentId }])
      expect(await refer({ ...who, offeringId })).toEqual(answer);
    const { rows } = await at.pool.query('select id from person where id = $1', [another.beneficiaryId]);
    expect(rows).toEqual([]); // and nothing of them is kept here
  });

  it('of a consent of another person, asked for before or not, of whomever they are', async () => {
    const offeringId = at.offering().id;
    const person = at.person();
    await refer({ ...person, offeringId });
    const known = at.person();
    await refer({ ...known, offeringId: at.offering().id });
    const ask = (consentId: string) => refer({ beneficiaryId: person.beneficiaryId, consentId, offeringId });
    const answer = await ask(randomUUID());
    expect(answer).toMatchObject({ status: 422, said: { type: '/problems/consent-missing' } });
    for (const consentId of [known.consentId, at.person({ organisationId: randomUUID() }).consentId])
      expect(await ask(consentId)).toEqual(answer);
  });

  it('of a referral that is to have led here, at its first task or a later one, and of one that is asked for by its id', async () => {
    const { facility, referrer, otherFacility } = at.roles;
    const first = await at.refer();
    const later = await at.refer();
    await at.act(facility, later, 'reject', { code: 'no-capacity' });
    const next = { offeringId: at.offering({ service: 'surgery' }).id };
    expect((await at.act(referrer, later, 'reroute', next)).status).toBe(200);
    const onward = (id: string) =>
      workOf(() =>
        at.call(otherFacility, 'POST', '/v1/referrals', { ...at.aNewReferral(), ...at.person(), onwardOf: id }),
      );
    const answer = await onward(randomUUID());
    expect(answer).toMatchObject({ status: 422, said: { errors: [{ pointer: '#/onwardOf' }] } });
    const read = (id: string) => workOf(() => at.call(otherFacility, 'GET', `/v1/referrals/${id}`));
    const unread = await read(randomUUID());
    expect(unread.status).toBe(404);
    for (const id of [first, later]) {
      expect(await onward(id)).toEqual(answer);
      expect(await read(id)).toEqual(unread);
    }
  });
});
