import { randomUUID } from 'node:crypto';
import { aClientMadeId } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

describe('a draft', () => {
  it('is written under an id of the client’s own, changed, and sent', async () => {
    const { referrer, facility } = at.roles;
    const id = aClientMadeId();
    const asked = at.aNewReferral({ id, draft: true, reason: 'fell' });
    const made = await at.call(referrer, 'POST', '/v1/referrals', asked);
    expect(made.body).toMatchObject({ id, state: 'draft' });
    expect((await at.call(referrer, 'POST', '/v1/referrals', asked)).body).toMatchObject({ status: 409 });
    const change = (body: object, headers: Record<string, string> = { 'if-match': '"1"' }) =>
      at.call(referrer, 'PATCH', `/v1/referrals/${id}`, body, headers);
    expect((await change({ priority: 'urgent' }, {})).status).toBe(428);
    const changed = await change({ priority: 'urgent', reason: null, psychologicalFirstAid: true });
    expect(changed.body).toMatchObject({
      version: 2,
      priority: 'urgent',
      details: { reason: null, psychologicalFirstAid: true },
    });
    expect((await change({ priority: 'routine' })).status).toBe(412);
    expect((await at.call(facility, 'PATCH', `/v1/referrals/${id}`, {}, { 'if-match': '"2"' })).status).toBe(404);
    await at.act(referrer, id, 'submit');
    expect((await change({ priority: 'routine' }, { 'if-match': '"3"' })).body).toMatchObject({ status: 409 });
  });

  it('takes a change that is sent again, with its key and the version from before it', async () => {
    const { referrer } = at.roles;
    const { body } = await at.call(referrer, 'POST', '/v1/referrals', at.aNewReferral({ draft: true }));
    const again = { 'idempotency-key': randomUUID(), 'if-match': '"1"' };
    for (const _try of [1, 2]) {
      const answer = await at.call(referrer, 'PATCH', `/v1/referrals/${body['id']}`, { priority: 'urgent' }, again);
      expect([answer.status, answer.headers['etag']]).toEqual([200, '"2"']);
    }
  });

  it('of sexual violence says nothing of incident, perpetrator or place', async () => {
    const person = at.person({ categories: ['identity', 'sexual-violence'] });
    const offeringId = at.offering({ deskId: randomUUID(), service: 'survivor-care' }).id;
    const asked = at.aNewReferral({ ...person, offeringId, needCategory: 'sexual-violence' });
    const told = await at.call(at.roles.referrer, 'POST', '/v1/referrals', { ...asked, reason: 'told' });
    expect(told.body).toMatchObject({ status: 422, errors: [{ pointer: '#/reason' }] });
    expect((await at.call(at.roles.referrer, 'POST', '/v1/referrals', asked)).body).toMatchObject({
      priority: 'emergency',
    });
    const again = { ...asked, offeringId: at.offering({ deskId: randomUUID(), service: 'counselling' }).id };
    expect((await at.call(at.roles.referrer, 'POST', '/v1/referrals', again)).body).toMatchObject({
      type: '/problems/consent-insufficient',
    });
  });
});
