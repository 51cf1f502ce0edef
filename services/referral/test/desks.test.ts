import { randomUUID } from 'node:crypto';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

describe('a desk', () => {
  const atDesk = (deskId: string): TokenRequest => ({ ...at.roles.facility, clientId: 'desk', deskIds: [deskId] });

  it('is needed where the need is sensitive', async () => {
    const person = at.person({ categories: ['identity', 'mhpss'] });
    const asked = at.aNewReferral({ ...person, offeringId: at.offering().id, needCategory: 'mhpss' });
    const { status, body } = await at.call(at.roles.referrer, 'POST', '/v1/referrals', asked);
    expect([status, body['type']]).toEqual([422, '/problems/desk-missing']);
  });

  it('that its facility no longer has receives nothing, of whatever need', async () => {
    const offeringId = at.offering({ deskId: randomUUID() }).id;
    at.facilities.set(at.facilityId, { ...at.facilities.get(at.facilityId)!, desks: [] });
    const { status, body } = await at.call(at.roles.referrer, 'POST', '/v1/referrals', at.aNewReferral({ offeringId }));
    expect([status, body['type']]).toEqual([422, '/problems/desk-missing']);
  });

  it('sees its tasks alone: for the rest of the facility there are none, by id, in lists, by actions', async () => {
    const deskId = randomUUID();
    const person = at.person({ categories: ['identity', 'mhpss'] });
    const id = await at.refer({ ...person, offeringId: at.offering({ deskId }).id, needCategory: 'mhpss' });
    const listed = async (as: TokenRequest) =>
      ((await at.call(as, 'GET', '/v1/referrals?limit=200')).body['items'] as unknown as { id: string }[]).map(
        (item) => item.id,
      );
    expect((await at.call(atDesk(deskId), 'GET', `/v1/referrals/${id}`)).body).toMatchObject({
      view: 'triage',
      service: 'confidential service',
      deskId,
    });
    expect(await listed(atDesk(deskId))).toContain(id);
    for (const colleague of [at.roles.facility, atDesk(randomUUID())]) {
      expect((await at.call(colleague, 'GET', `/v1/referrals/${id}`)).status).toBe(404);
      expect((await at.act(colleague, id, 'accept')).status).toBe(404);
      expect(await listed(colleague)).not.toContain(id);
    }
  });

  it('is given a task by the facility’s supervisor, and only a desk of that facility', async () => {
    const [deskId, next] = [randomUUID(), randomUUID()];
    at.desk(next);
    const id = await at.refer({ offeringId: at.offering({ deskId }).id });
    const its: TokenRequest = { ...at.roles.supervisor, organisationId: at.roles.facility.organisationId };
    expect((await at.act(at.roles.supervisor, id, 'reassign', { deskId: next })).status).toBe(409);
    expect((await at.act(its, id, 'reassign', { deskId: randomUUID() })).status).toBe(422);
    expect((await at.act(its, id, 'reassign', { deskId: next })).body).toMatchObject({
      view: 'supervisor',
      state: 'sent',
    });
    expect((await at.call(atDesk(deskId), 'GET', `/v1/referrals/${id}`)).status).toBe(404);
    expect((await at.act(atDesk(next), id, 'accept', { responsible: 'nurse-3' })).body).toMatchObject({
      responsible: 'nurse-3',
    });
  });

  it('alone sees who came to it by themselves, and of its organisation nobody else', async () => {
    const { facility, supervisor } = at.roles;
    const deskId = randomUUID();
    const desk = { ...facility, deskIds: [deskId], clientId: 'the-desk' };
    const nextDoor = { ...facility, facilityIds: [randomUUID()], clientId: 'next-door' };
    const own = at.person({ organisationId: facility.organisationId, categories: ['identity', 'hiv'] });
    const offeringId = at.offering({ deskId, service: 'hiv-care' }).id;
    const asked = at.aNewReferral({ ...own, offeringId, needCategory: 'hiv', walkIn: true });
    expect((await at.call(facility, 'POST', '/v1/referrals', asked)).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '#/walkIn' }],
    });
    const { body } = await at.call(desk, 'POST', '/v1/referrals', asked);
    const id = String(body['id']);
    const listed = async (as: TokenRequest, method: 'GET' | 'POST', path: string) =>
      JSON.stringify((await at.call(as, method, path)).body).includes(id);
    const seenBy = async (as: TokenRequest) => [
      (await at.call(as, 'GET', `/v1/referrals/${id}`)).status,
      await listed(as, 'GET', '/v1/referrals'),
      await listed(as, 'POST', '/v1/worklist'),
    ];
    const atMigrationService = { ...at.roles.referrer, organisationId: facility.organisationId };
    for (const as of [facility, nextDoor, atMigrationService]) expect(await seenBy(as)).toEqual([404, false, false]);
    expect(await seenBy(desk)).toEqual([200, true, true]);
    expect(await seenBy({ ...supervisor, organisationId: facility.organisationId })).toEqual([200, true, false]);
    await at.act(desk, id, 'complete', { outcome: 'treated' });
    expect(await seenBy(nextDoor)).toEqual([404, false, false]);
    expect(await seenBy(desk)).toEqual([200, true, true]); // whether the need was met is for the desk to confirm
    expect((await at.act(desk, id, 'close', { needMet: true })).body).toMatchObject({ state: 'closed' });
  });
});
