import { aClientMadeId } from '@rohnamo/testkit';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const tomorrow = { appointmentAt: '2056-11-25T06:00:00.000Z' };

describe('the life of a referral', () => {
  it('goes from sent to closed, and the trail shows each step once, without a gap', async () => {
    const { referrer, facility } = at.roles;
    const id = await at.refer();
    for (const [as, action, body] of [
      [facility, 'acknowledge', undefined],
      [facility, 'accept', {}],
      [facility, 'schedule', tomorrow],
      [facility, 'start', undefined],
      [facility, 'complete', { outcome: 'treated', nextSteps: 'come again in a week' }],
      [referrer, 'close', { needMet: true }],
    ] as const) {
      const { status, body: answer } = await at.act(as, id, action, body);
      expect({ action, status }, JSON.stringify(answer)).toEqual({ action, status: 200 });
    }
    const { body } = await at.call(referrer, 'GET', `/v1/referrals/${id}/trail`);
    const items = body['items'] as unknown as { version: number; state: string; actor: { organisationId: string } }[];
    expect(items.map(({ version, state }) => [version, state])).toEqual([
      [1, 'sent'],
      [2, 'acknowledged'],
      [3, 'accepted'],
      [4, 'scheduled'],
      [5, 'in_service'],
      [6, 'completed'],
      [7, 'closed'],
    ]);
    expect(items.map(({ actor }) => actor.organisationId)).toEqual(
      [referrer, facility, facility, facility, facility, facility, referrer].map(
        ({ organisationId }) => organisationId,
      ),
    );
  });

  it('shows the facility the details from acceptance on, and the referrer what came of it', async () => {
    const id = await at.refer({ reason: 'fell from a scaffold' });
    const before = await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}`);
    expect(before.body).toMatchObject({ view: 'triage' });
    expect(JSON.stringify(before.body)).not.toContain('scaffold');
    const accepted = await at.act(at.roles.facility, id, 'accept');
    expect(accepted.body).toMatchObject({ view: 'details', details: { reason: 'fell from a scaffold' } });
    await at.act(at.roles.facility, id, 'complete', { outcome: 'treated', findings: 'fractured radius' });
    const after = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`);
    expect(after.body).toMatchObject({ result: { served: 'served', attended: true } });
    expect(JSON.stringify(after.body)).not.toContain('radius');
  });

  it('refuses what the state forbids with what it allows', async () => {
    const id = await at.refer();
    await at.act(at.roles.facility, id, 'reject', { code: 'wrong-service' });
    const { status, body } = await at.act(at.roles.facility, id, 'accept');
    expect({ status, type: body['type'], allowed: body['allowedActions'] }).toEqual({
      status: 409,
      type: '/problems/illegal-action',
      allowed: [],
    });
    expect((await at.act(at.roles.referrer, id, 'close', { needMet: false })).body).toMatchObject({
      state: 'closed',
      reasonCode: 'need-not-met',
    });
  });

  it.each([
    ['schedule', { appointmentAt: '0000-01-01T00:00:00Z' }, '#/appointmentAt'],
    ['schedule', { appointmentAt: '0099-12-31T23:59:59Z' }, '#/appointmentAt'],
    ['schedule', { appointmentAt: '9999-12-31T23:59:59Z' }, '#/appointmentAt'],
    ['schedule', { appointmentAt: '2025-06-01T04:00:00.000Z' }, '#/appointmentAt'],
    ['complete', { outcome: 'treated', followUpOn: '2025-06-01' }, '#/followUpOn'],
    ['complete', { outcome: 'treated', followUpOn: '0000-01-01' }, '#/followUpOn'],
    ['complete', { outcome: 'treated', followUpOn: '2100-01-01' }, '#/followUpOn'],
  ])('%s with %j is refused: nobody lives to come on that day', async (action, body, pointer) => {
    const id = await at.refer();
    await at.act(at.roles.facility, id, 'accept');
    expect(await at.act(at.roles.facility, id, action, body)).toMatchObject({
      status: 422,
      body: { type: '/problems/invalid-field', errors: [{ pointer }] },
    });
  });

  it('cancels at once before acknowledgement, and with the facility’s word after it', async () => {
    const [early, late] = [await at.refer(), await at.refer()];
    expect((await at.act(at.roles.referrer, early, 'request_cancel')).body).toMatchObject({ state: 'cancelled' });
    await at.act(at.roles.facility, late, 'accept');
    expect((await at.act(at.roles.referrer, late, 'request_cancel')).body).toMatchObject({
      state: 'cancel_requested',
      previousState: 'accepted',
    });
    expect((await at.act(at.roles.facility, late, 'confirm_cancel')).body).toMatchObject({
      state: 'cancelled',
      view: 'triage',
    });
  });

  it('takes a second acceptance that was sent with the same key as the first, and refuses one without', async () => {
    const id = await at.refer();
    const key = { 'idempotency-key': randomUUID() };
    expect((await at.act(at.roles.facility, id, 'accept', {}, key)).status).toBe(200);
    expect((await at.act(at.roles.facility, id, 'accept', {}, key)).status).toBe(200);
    expect((await at.act(at.roles.facility, id, 'accept')).status).toBe(409);
    expect((await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}`)).headers['etag']).toBe('"2"');
  });

  it('takes an action that is sent again, with its key and the version from before it', async () => {
    const id = await at.refer();
    const again = { 'idempotency-key': randomUUID(), 'if-match': '"1"' };
    for (const _try of [1, 2]) {
      const answer = await at.act(at.roles.facility, id, 'accept', {}, again);
      expect([answer.status, answer.headers['etag']]).toEqual([200, '"2"']);
    }
  });

  it('refuses an action on a version that has passed', async () => {
    const id = await at.refer();
    expect((await at.act(at.roles.facility, id, 'acknowledge', {}, { 'if-match': '"1"' })).status).toBe(200);
    expect((await at.act(at.roles.facility, id, 'accept', {}, { 'if-match': '"1"' })).body).toMatchObject({
      status: 412,
      type: '/problems/version-mismatch',
    });
  });

  it('lets one of two that act at the same time win', async () => {
    const id = await at.refer();
    const answers = await Promise.all([
      at.act(at.roles.facility, id, 'accept'),
      at.act(at.roles.facility, id, 'reject', { code: 'no-capacity' }),
    ]);
    expect(answers.map(({ status }) => status)).toContain(200);
    const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`);
    expect(['accepted', 'rejected']).toContain(body['state']);
  });

  it('does not exist for anybody who takes no part in it', async () => {
    const id = await at.refer();
    for (const as of [at.roles.stranger, at.roles.otherFacility])
      for (const path of ['', '/trail'])
        expect((await at.call(as, 'GET', `/v1/referrals/${id}${path}`)).status).toBe(404);
    expect((await at.act(at.roles.otherFacility, id, 'accept')).status).toBe(404);
    expect((await at.act(at.roles.otherFacility, randomUUID(), 'accept')).status).toBe(404);
  });

  it('is answered while the other services are down', async () => {
    const id = await at.refer();
    at.goDown(true);
    expect((await at.act(at.roles.facility, id, 'accept')).status).toBe(200);
    expect((await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}/beneficiary`)).status).toBe(503);
    at.goDown(false);
  });
});

describe('GET /v1/referrals/{id}/beneficiary', () => {
  it('stays closed while nobody has confirmed that the person is who consented, says whom to ask, and tells nothing else', async () => {
    const person = at.person();
    const id = await at.refer(person);
    await at.act(at.roles.facility, id, 'accept');
    at.grounds.get(person.beneficiaryId)!.isIdentityUnconfirmed = true;
    const { body } = await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}/beneficiary`);
    expect(body).toMatchObject({ status: 403, type: '/problems/details-closed' });
    expect(body['detail']).toContain('Ask the referrer to confirm that it is the same person');
    const { body: trail } = await at.call(at.roles.auditor, 'GET', `/v1/referrals/${id}/trail`);
    expect((trail['items'] as unknown as object[]).at(-1)).toMatchObject({ type: 'referral.denied.v1' });
  });

  it('opens with acceptance, says who the person is, and leaves the look in the trail', async () => {
    const id = await at.refer();
    const path = `/v1/referrals/${id}/beneficiary`;
    expect((await at.call(at.roles.facility, 'GET', path)).body).toMatchObject({
      status: 403,
      type: '/problems/details-closed',
    });
    await at.act(at.roles.facility, id, 'accept');
    expect(
      (await at.call(at.roles.facility, 'GET', path, undefined, { 'acting-person': 'nurse-7' })).body,
    ).toMatchObject({ givenName: 'Фирӯза' });
    const { body } = await at.call(at.roles.auditor, 'GET', `/v1/referrals/${id}/trail`);
    expect((body['items'] as unknown as object[]).at(-1)).toMatchObject({
      type: 'referral.observed.v1',
      version: null,
      actor: { actingPerson: 'nurse-7' },
    });
    expect((await at.call(at.roles.otherFacility, 'GET', path)).status).toBe(404);
    expect((await at.call(at.roles.referrer, 'GET', path)).status).toBe(403);
  });
});

describe('GET /v1/referrals', () => {
  it('pages what is the caller’s own, newest first, and nothing else', async () => {
    const own: string[] = [];
    for (let i = 0; i < 5; i++) own.unshift(await at.refer({ reference: `list-${i}` }));
    const first = await at.call(at.roles.referrer, 'GET', '/v1/referrals?limit=3&state=sent');
    const second = await at.call(
      at.roles.referrer,
      'GET',
      `/v1/referrals?limit=2&state=sent&cursor=${String(first.body['next'])}`,
    );
    const ids = [first, second].flatMap(({ body }) =>
      (body['items'] as unknown as { id: string }[]).map(({ id }) => id),
    );
    expect(ids).toEqual(own);
    for (const as of [at.roles.stranger, at.roles.otherFacility])
      expect((await at.call(as, 'GET', '/v1/referrals')).body).toEqual({ items: [], next: null });
  });

  it('goes by when each was made, whatever time its client-made id tells: who pages misses nothing, and what is new is on top', async () => {
    const ofReferrer = async (query: string) => {
      const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals?${query}`);
      return { ids: (body['items'] as unknown as { id: string }[]).map(({ id }) => id), next: String(body['next']) };
    };
    const hours = [0, -20, 20, -3, 3];
    const made: string[] = [];
    for (const hour of hours)
      made.unshift(await at.refer({ id: aClientMadeId(new Date(Date.now() + hour * 3_600_000)) }));
    const first = await ofReferrer('limit=2');
    expect(first.ids).toEqual(made.slice(0, 2));
    const late = await at.refer({ id: aClientMadeId(new Date(Date.now() - 23 * 3_600_000)) });
    const second = await ofReferrer(`limit=3&cursor=${first.next}`);
    expect(second.ids).toEqual(made.slice(2, 5));
    expect((await ofReferrer('limit=1')).ids).toEqual([late]);
  });

  it('tells whoever goes on with a cursor of an earlier version to begin anew', async () => {
    const cursor = Buffer.from(JSON.stringify([await at.refer()])).toString('base64url');
    expect((await at.call(at.roles.referrer, 'GET', `/v1/referrals?cursor=${cursor}`)).body).toMatchObject({
      type: '/problems/cursor-invalid',
      status: 422,
    });
  });

  it('finds by state, facility, priority and own reference; nobody finds by another’s reference', async () => {
    await at.refer({ reference: 'mine-alone', priority: 'urgent' });
    const count = async (as: typeof at.roles.referrer, query: string) =>
      ((await at.call(as, 'GET', `/v1/referrals?${query}`)).body['items'] as unknown as object[]).length;
    expect(await count(at.roles.referrer, `reference=mine-alone&priority=urgent&facilityId=${at.facilityId}`)).toBe(1);
    expect(await count(at.roles.facility, 'reference=mine-alone')).toBe(0);
    expect(await count(at.roles.referrer, 'reference=mine-alone&priority=routine')).toBe(0);
    expect(await count(at.roles.referrer, 'overdue=true&reference=mine-alone')).toBe(0);
  });

  it('shows a supervisor once what their organisation has referred to itself', async () => {
    const id = await at.refer();
    await at.pool.query('update referral set referrer_organisation_id = facility_organisation_id where id = $1', [id]);
    const { body } = await at.call({ ...at.roles.facility, role: 'supervisor' }, 'GET', '/v1/referrals');
    const ids = (body['items'] as unknown as { id: string }[]).map((item) => item.id);
    expect(ids.filter((one) => one === id)).toEqual([id]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refuses a cursor that is not its own, and a filter that it does not know', async () => {
    expect((await at.call(at.roles.referrer, 'GET', '/v1/referrals?cursor=abc')).body).toMatchObject({
      type: '/problems/cursor-invalid',
    });
    expect((await at.call(at.roles.referrer, 'GET', '/v1/referrals?colour=red')).body).toMatchObject({ status: 422 });
  });
});
