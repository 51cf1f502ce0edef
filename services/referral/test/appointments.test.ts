import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let clock = new Date('2026-11-24T06:00:00.000Z');
let at: ReferralService;
beforeAll(async () => {
  at = await referralService({ now: () => clock });
});
afterAll(() => at.stop());

const inMinutes = (minutes: number) => new Date(clock.getTime() + minutes * 60_000).toISOString();
const act = (id: string, action: string, body?: object) => at.act(at.roles.facility, id, action, body);

describe('an appointment', () => {
  it('is not given in the past, neither at first nor anew, and the referral stays as it was', async () => {
    const id = await at.refer();
    const wrong = {
      status: 422,
      body: { errors: [{ pointer: '#/appointmentAt', detail: 'must not be in the past' }] },
    };
    expect(await act(id, 'schedule', { appointmentAt: inMinutes(-2) })).toMatchObject(wrong);
    expect((await act(id, 'schedule', { appointmentAt: inMinutes(60) })).body).toMatchObject({ version: 2 });
    expect(await act(id, 'reschedule', { appointmentAt: inMinutes(-365 * 24 * 60) })).toMatchObject(wrong);
    expect((await act(id, 'reschedule', { appointmentAt: inMinutes(120) })).body).toMatchObject({ version: 3 });
  });

  it('is missed by nobody before its time: 409 says why, and allowedActions do not offer it', async () => {
    const id = await at.refer();
    const { body } = await act(id, 'schedule', { appointmentAt: inMinutes(60) });
    expect(body['allowedActions']).not.toContain('record_no_show');
    const early = await act(id, 'record_no_show');
    expect(early).toMatchObject({
      status: 409,
      body: { type: '/problems/illegal-action', state: 'scheduled', detail: expect.stringContaining('has not come') },
    });
    clock = new Date(clock.getTime() + 60 * 60_000);
    expect((await act(id, 'record_no_show')).body).toMatchObject({ state: 'no_show', noShows: 1 });
  });
});
