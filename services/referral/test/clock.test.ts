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

describe('what the system does by the clock', () => {
  it('expires a routine referral that nobody decided in 30 days, and leaves an urgent one waiting, overdue', async () => {
    const [routine, urgent] = [await at.refer(), await at.refer({ priority: 'urgent' })];
    later(30 * 24 + 1);
    await eventually(async () => (await seen(routine))['state'] === 'expired');
    expect(await seen(routine)).toMatchObject({ reasonCode: 'no-answer', dueAt: null });
    expect(await seen(urgent)).toMatchObject({ state: 'sent', overdue: true });
    const { body } = await at.call(at.roles.facility, 'GET', '/v1/referrals?overdue=true');
    expect((body['items'] as unknown as { id: string }[]).map(({ id }) => id)).toEqual([urgent]);
    const trail = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${routine}/trail`);
    expect((trail.body['items'] as unknown as object[]).at(-1)).toMatchObject({
      type: 'referral.expired.v1',
      actor: { kind: 'system' },
    });
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
