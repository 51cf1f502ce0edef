import { randomUUID } from 'node:crypto';
import type { Statistics } from '@rohnamo/contracts';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
let now = new Date('2026-08-10T06:00:00.000Z');
const hours = (count: number) => (now = new Date(now.getTime() + count * 3600 * 1000));
const many = { elsewhere: { id: '' }, few: { id: '' } };

/** Completes them, and lets the time run out in which the referrer may say whether the need was met. */
async function closedByTheClock(ids: string[]): Promise<void> {
  for (const id of ids) await at.act(at.roles.facility, id, 'complete', { outcome: 'treated' });
  hours(14 * 24 + 1);
  const replica = await at.replica();
  await replica.start();
  const stateOf = async (id: string) => (await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`)).body['state'];
  await eventually(async () => (await Promise.all(ids.map(stateOf))).every((state) => state === 'closed'));
  await replica.stop();
}

beforeAll(async () => {
  at = await referralService({ now: () => now });
  const { referrer, facility } = at.roles;
  const sent = async (count: number, place = at.place) => {
    const offeringId = at.offering({ facilityId: place.id }).id;
    return Promise.all(
      Array.from({ length: count }, () => at.refer({ ...at.person({ recipient: place.organisationId }), offeringId })),
    );
  };
  const all = (ids: string[], as: TokenRequest, action: string, body: object = {}) =>
    Promise.all(ids.map((id) => at.act(as, id, action, body)));

  const ids = await sent(20);
  hours(2);
  const accepted = ids.slice(0, 10);
  await all(accepted, facility, 'accept');
  await all(ids.slice(10, 15), facility, 'reject', { code: 'no-capacity' });
  hours(22);
  const done = accepted.slice(0, 5);
  await all(done, facility, 'start');
  await all(done, facility, 'complete', { outcome: 'treated' });
  await all(done, referrer, 'close', { needMet: true });
  await all(ids.slice(10, 15), referrer, 'close', { needMet: false });
  await closedByTheClock(accepted.slice(5, 10));

  const { place } = at.elsewhere();
  const other = at.elsewhere().place;
  many.elsewhere = place;
  many.few = other;
  await sent(25, place);
  await sent(3, other);
  await at.refer({ draft: true });
  const sensitive = at.person({ categories: ['identity', 'mhpss'] });
  await at.refer({ ...sensitive, offeringId: at.offering({ deskId: randomUUID() }).id, needCategory: 'mhpss' });
  now = new Date('2026-10-05T06:00:00.000Z');
});
afterAll(() => at.stop());

const ask = async (query: string, as: TokenRequest = at.roles.supervisor) => {
  const { status, body } = await at.call(as, 'GET', `/v1/statistics?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Statistics;
};

describe('GET /v1/statistics', () => {
  it('counts the last quarter as it was: what was sent and what became of it, a rejection also once it is closed, without drafts and sensitive needs', async () => {
    const { quarter, total, groups, others } = await ask('');
    expect({ quarter, groups, others }).toEqual({ quarter: '2026-Q3', groups: [], others: null });
    expect(total).toMatchObject({
      sent: 48,
      funnel: {
        answered: 15,
        accepted: 10,
        completed: 10,
        served: 10,
        servedConfirmed: 5,
        servedUnconfirmed: 5,
        rejected: 5,
        closed: 15,
        expired: 0,
        timeToAnswer: { medianHours: 2, p90Hours: 2 },
        timeToAccept: { medianHours: 2, p90Hours: 2 },
        timeToServe: null, // five cases
      },
      reasons: { rejections: { 'no-capacity': 5, unsafe: 0 } },
    });
  });

  it('tells of a group by itself where it is large enough, and of all others together, which make up the total', async () => {
    const { total, groups, others } = await ask('groupBy=facility');
    expect(groups.map(({ key }) => key)).toEqual([many.elsewhere.id]);
    expect(groups[0]).toMatchObject({ sent: 25, funnel: { answered: 0 } });
    expect(others).toMatchObject({ sent: 23, funnel: { answered: 15, completed: 10 } });
    expect((groups[0]?.sent ?? 0) + (others?.sent ?? 0)).toBe(total.sent);
    expect(JSON.stringify({ groups, others })).not.toContain(many.few.id);
  });

  it.each(['district', 'priority', 'month'])('groups by %s', async (groupBy) => {
    const { groups, others } = await ask(`groupBy=${groupBy}`);
    const key = { district: 'TJK003D010', priority: 'routine', month: '2026-08' }[groupBy];
    expect(groups).toEqual([expect.objectContaining({ key, sent: 48 })]);
    expect(others).toBeNull();
  });

  it('is of what one’s own organisation refers or receives; of the country for a health authority', async () => {
    const supervisor = (organisationId: string, organisationKind = 'health-provider' as const): TokenRequest => ({
      role: 'supervisor',
      organisationId,
      organisationKind,
      clientId: `of-${organisationId.slice(0, 8)}`,
    });
    expect((await ask('', supervisor(randomUUID()))).total).toMatchObject({ sent: 0 });
    expect((await ask('', supervisor(at.roles.facility.organisationId))).total).toMatchObject({ sent: 20 });
    const authority = { ...supervisor(randomUUID()), organisationKind: 'health-authority' as const };
    expect((await ask('', authority)).total).toMatchObject({ sent: 48 });
  });

  it('is the same as CSV, with an empty cell for what is not told', async () => {
    const { authorization } = await at.issuer.authorization(at.roles.supervisor);
    const answer = await at.app.inject({
      url: '/v1/statistics?groupBy=facility&format=csv',
      headers: { authorization },
    });
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    const [head = '', ...lines] = answer.body.trimEnd().split('\r\n');
    const column = head.split(',').indexOf('sent');
    expect(lines.map((line) => [line.split(',')[1], line.split(',')[column]])).toEqual([
      ['total', '48'],
      [many.elsewhere.id, '25'],
      ['others', '23'],
    ]);
  });

  it('is not of a quarter that is not over, nor of what is no quarter', async () => {
    for (const quarter of ['2026-Q4', '2026-Q5', '2026']) {
      const { status, body } = await at.call(at.roles.supervisor, 'GET', `/v1/statistics?quarter=${quarter}`);
      expect([status, body['type']], quarter).toEqual([422, '/problems/invalid-field']);
    }
    expect((await ask('quarter=2026-Q2')).total).toMatchObject({ sent: 0 });
  });
});
