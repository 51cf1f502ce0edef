import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

const hourMs = 3600 * 1000;
let at: ReferralService;
let clock = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => clock });
  await at.start();
});
afterAll(() => at.stop());

const later = (hours: number) => void (clock = new Date(clock.getTime() + hours * hourMs));
const seen = async (id: string) => (await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`)).body;

const wakeOf = async (id: string): Promise<number | undefined> => {
  const { rows } = await at.pool.query<{ wake_at: Date }>('select wake_at from referral where id = $1', [id]);
  return rows[0]?.wake_at.getTime();
};
const trailOf = async (id: string) => {
  const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}/trail`);
  return body['items'] as unknown as { type: string; time: string }[];
};

describe('what the system does by the clock', () => {
  it('expires a routine referral that nobody decided in 30 days, and leaves an urgent one waiting, overdue', async () => {
    const [routine, urgent] = [await at.refer(), await at.refer({ priority: 'urgent' })];
    later(30 * 24 + 1);
    await eventually(async () => (await seen(routine))['state'] === 'expired');
    expect(await seen(routine)).toMatchObject({ reasonCode: 'no-answer', dueAt: null });
    expect(await seen(urgent)).toMatchObject({ state: 'sent', overdue: true });
    const { body } = await at.call(at.roles.facility, 'GET', '/v1/referrals?overdue=true');
    expect((body['items'] as unknown as { id: string }[]).map(({ id }) => id)).toEqual([urgent]);
    expect((await trailOf(routine)).at(-1)).toMatchObject({
      type: 'referral.expired.v1',
      actor: { kind: 'system' },
    });
  });

  it('reminds and escalates each at its instant, and once', async () => {
    clock = new Date('2027-02-02T05:00:00.000Z'); // a Tuesday, without a holiday in its week
    const [routine, urgent, emergency] = [
      await at.refer(),
      await at.refer({ priority: 'urgent' }),
      await at.refer({ priority: 'emergency' }),
    ];
    const silenceOf = async (id: string) => (await trailOf(id)).slice(1).map(({ type, time }) => `${type} ${time}`);
    const told = { routine: [] as string[], urgent: [] as string[], emergency: [] as string[] };
    const isSo = async () => {
      await eventually(async () => {
        expect(await silenceOf(routine)).toEqual(told.routine);
        expect(await silenceOf(urgent)).toEqual(told.urgent);
        expect(await silenceOf(emergency)).toEqual(told.emergency);
        return true;
      });
    };
    const wait = (hours: number) => {
      later(hours);
      return clock.toISOString();
    };
    told.emergency.push(`referral.escalated.v1 ${wait(1)}`);
    await isSo();
    told.urgent.push(`referral.escalated.v1 ${wait(7)}`);
    await isSo();
    told.urgent.push(`referral.reroute-offered.v1 ${wait(4)}`);
    await isSo();
    told.routine.push(`referral.reminded.v1 ${wait(12)}`);
    await isSo();
    told.routine.push(`referral.reminded.v1 ${wait(14.4)}`);
    await isSo();
    told.routine.push(`referral.reminded.v1 ${wait(9.6)}`);
    await isSo();
  });

  it('reminds once of all that was missed, and two that wake the same do it once', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => at.refer()));
    later(5 * 24);
    const replica = await at.replica();
    await replica.start();
    const types = async () => (await Promise.all(ids.map(trailOf))).map((trail) => trail.map(({ type }) => type));
    await eventually(async () => {
      expect(await types()).toEqual(ids.map(() => ['referral.sent.v1', 'referral.reminded.v1']));
      return true;
    });
    await replica.stop();
  });

  it('lets sleep what was woken for nothing, without an entry', async () => {
    const id = await at.refer();
    const expected = await wakeOf(id);
    await at.pool.query('update referral set wake_at = $2 where id = $1', [id, clock]);
    await eventually(async () => (await wakeOf(id)) === expected);
    expect(await seen(id)).toMatchObject({ version: 1, state: 'sent' });
    expect((await trailOf(id)).map(({ type }) => type)).toEqual(['referral.sent.v1']);
  });

  it('cancels after 24 hours what the facility did not confirm, and closes after 14 days what the referrer did not', async () => {
    const [cancelling, done] = [await at.refer(), await at.refer()];
    await at.act(at.roles.facility, cancelling, 'accept');
    await at.act(at.roles.referrer, cancelling, 'request_cancel');
    await at.act(at.roles.facility, done, 'accept');
    await at.act(at.roles.facility, done, 'complete', { outcome: 'treated' });
    later(25);
    await eventually(async () => (await seen(cancelling))['state'] === 'cancelled');
    expect(await seen(done)).toMatchObject({ state: 'completed' });
    later(14 * 24);
    await eventually(async () => (await seen(done))['state'] === 'closed');
    expect(await seen(done)).toMatchObject({ reasonCode: 'unconfirmed', needMet: null });
  });
});
