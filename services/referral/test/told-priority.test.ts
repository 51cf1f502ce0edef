import { randomUUID } from 'node:crypto';
import type { NewReferral } from '@rohnamo/contracts';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

const minuteMs = 60_000;
let clock = new Date('2027-02-02T05:00:00.000Z');
let at: ReferralService;
let deskId: string;
let desk: TokenRequest;
let supervisors: TokenRequest[];
beforeAll(async () => {
  at = await referralService({ now: () => clock });
  await at.start();
  deskId = randomUUID();
  const { facility, supervisor } = at.roles;
  desk = { ...facility, clientId: 'desk', deskIds: [deskId] };
  supervisors = [supervisor, { ...supervisor, organisationId: facility.organisationId, clientId: 'its-supervisor' }];
});
afterAll(() => at.stop());

const referTo = async (needCategory: NewReferral['needCategory'], other: Partial<NewReferral>) => {
  const person = at.person({ categories: ['identity', 'sexual-violence', 'mhpss'] });
  return at.refer({ ...person, offeringId: at.offering({ deskId }).id, needCategory, ...other });
};
const itemsOf = async (as: TokenRequest, method: 'GET' | 'POST', url: string, body?: object) =>
  (await at.call(as, method, url, body)).body['items'] as unknown as Record<string, unknown>[];

/** All that a supervisor reads of a referral, but for what names it. */
async function readOf(as: TokenRequest, id: string) {
  const without = ({ id: _id, number: _number, taskId: _task, version: _version, ...rest }: Record<string, unknown>) =>
    rest;
  const { body } = await at.call(as, 'GET', `/v1/referrals/${id}`);
  const listedBy = async (query: string) =>
    (await itemsOf(as, 'GET', `/v1/referrals?limit=200&${query}`)).filter((item) => item['id'] === id).map(without);
  const work = await itemsOf(as, 'POST', '/v1/worklist', { limit: 200 });
  return {
    view: without(body),
    trail: (await itemsOf(as, 'GET', `/v1/referrals/${id}/trail`)).map(({ type, time }) => [type, time]),
    lists: await Promise.all(
      ['', 'priority=emergency', 'priority=urgent', 'priority=routine', 'overdue=true'].map(listedBy),
    ),
    work: work.flatMap(({ referral, ...item }) => {
      const its = referral as Record<string, unknown>;
      return its['id'] === id ? [{ ...item, referral: without(its) }] : [];
    }),
  };
}

describe('an emergency that the need alone explains', () => {
  it('is to both supervisors as any urgent referral, in every view, list and filter, while its limits pass', async () => {
    const forced = await referTo('sexual-violence', { priority: 'routine' });
    const ordinary = await referTo('mhpss', { priority: 'urgent' });
    const alike = async () => {
      for (const as of supervisors) {
        const seen = await readOf(as, forced);
        expect(seen).toEqual(await readOf(as, ordinary));
        expect(JSON.stringify(seen)).not.toMatch(/emergency|deskId/);
      }
    };
    await alike();
    clock = new Date(clock.getTime() + 61 * minuteMs); // an emergency is acknowledged within an hour
    await eventually(async () =>
      (await itemsOf(desk, 'GET', `/v1/referrals/${forced}/trail`)).some(
        ({ type }) => type === 'referral.escalated.v1',
      ),
    );
    await alike();
    expect((await at.call(desk, 'GET', `/v1/referrals/${forced}`)).body).toMatchObject({
      priority: 'emergency',
      overdue: true,
      deskId,
    });
    const called = await itemsOf(at.roles.referrer, 'POST', '/v1/worklist', { tasks: ['call-facility'] });
    expect(called.map(({ referral }) => (referral as { id: string }).id)).toEqual([forced]);
    for (const action of ['acknowledge', 'accept']) {
      for (const id of [forced, ordinary]) expect((await at.act(desk, id, action)).status).toBe(200);
      await alike();
    }
  });

  it('is told to a supervisor by no advice on where to go', async () => {
    const forced = await referTo('sexual-violence', { priority: 'routine' });
    const ordinary = await referTo('mhpss', { priority: 'urgent' });
    const advised = async (as: TokenRequest, referralId: string) =>
      (await at.call(as, 'POST', '/v1/recommendations', { referralId })).body;
    for (const as of supervisors) expect(await advised(as, forced)).toEqual(await advised(as, ordinary));
    expect((await advised(at.roles.referrer, forced))['advice']).not.toBeNull();
  });

  it('stands in a supervisor’s worklist where an urgent one of the same time stands', async () => {
    const ids = [
      await referTo('mhpss', { priority: 'emergency' }),
      await referTo('sexual-violence', {}),
      await referTo('mhpss', { priority: 'urgent' }),
    ];
    clock = new Date(clock.getTime() + 8 * 60 * minuteMs + 1);
    for (const as of supervisors) {
      const work = await itemsOf(as, 'POST', '/v1/worklist', { tasks: ['silent'], limit: 200 });
      const order = work.map(({ referral }) => (referral as { id: string }).id).filter((id) => ids.includes(id));
      expect(order).toHaveLength(3);
      expect(order[0]).toBe(ids[0]);
    }
  });

  it('says in its events what may be told, and which are for the desk alone', async () => {
    const id = await referTo('sexual-violence', {});
    clock = new Date(clock.getTime() + 61 * minuteMs);
    const data = async (type: string) => {
      const { rows } = await at.pool.query<{ data: object }>(
        'select data from entry where subject = $1 and type = $2',
        [id, type],
      );
      return rows[0]?.data;
    };
    await eventually(async () => (await data('referral.escalated.v1')) !== undefined);
    expect(await data('referral.sent.v1')).toMatchObject({ priority: 'urgent', deskAlone: false });
    expect(await data('referral.escalated.v1')).toMatchObject({ priority: 'urgent', deskAlone: true });
  });

  it('is told to a supervisor by no filter of a desk', async () => {
    for (const as of supervisors)
      expect((await at.call(as, 'POST', '/v1/worklist', { deskId })).body).toMatchObject({
        status: 422,
        errors: [{ pointer: '#/deskId' }],
      });
  });
});
