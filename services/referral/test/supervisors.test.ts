import type { ServedAction } from '@rohnamo/contracts';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleFor } from './examples.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

/** What the referrer's side may do, and a state of the referral, reached by the facility, from which it is legal. */
const ofTheReferrer: [ServedAction, ServedAction | null][] = [
  ['answer_info', 'request_info'],
  ['close', 'reject'],
  ['reroute', 'reject'],
  ['request_cancel', null],
  ['decline', 'acknowledge'],
  ['mark_error', 'complete'],
];

describe('supervisors', () => {
  it('of the facility revoke and give to another desk, and do nothing of what is for who refers', async () => {
    const its: TokenRequest = { ...at.roles.supervisor, organisationId: at.roles.facility.organisationId };
    for (const [action, before] of ofTheReferrer) {
      const id = await at.refer();
      if (before === 'complete') await at.act(at.roles.facility, id, 'accept');
      if (before !== null) expect((await at.act(at.roles.facility, id, before, exampleFor(before))).status).toBe(200);
      const { status, body } = await at.act(its, id, action, exampleFor(action));
      expect({ action, status, allowed: body['allowedActions'] }).toEqual({
        action,
        status: 409,
        allowed: ['reject', 'complete'].includes(before ?? '') ? [] : ['revoke', 'reassign'],
      });
      expect((await at.call(its, 'GET', `/v1/referrals/${id}`)).body['allowedActions']).toEqual(body['allowedActions']);
    }
    expect((await at.act(its, await at.refer(), 'revoke')).body).toMatchObject({ state: 'cancelled' });
  });

  it('of the organisation that refers do what their referrers may', async () => {
    const id = await at.refer();
    await at.act(at.roles.facility, id, 'request_info', { question: 'Can the person walk?' });
    expect((await at.act(at.roles.supervisor, id, 'answer_info', { answer: 'Yes.' })).status).toBe(200);
    expect((await at.act(at.roles.supervisor, id, 'mark_error')).body).toMatchObject({ state: 'entered_in_error' });
  });
});
