import { ReferralState } from '@rohnamo/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const errorsOf = async (query: string) => {
  const { status, body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals?${query}`);
  return { status, type: body['type'], errors: body['errors'] as unknown as { parameter: string; detail: string }[] };
};

describe('a list by a state', () => {
  it.each(['foo', 'sent,foo', 'sent,', 'SENT', ' sent'])(
    'that there is not (%j) is refused, with those that there are',
    async (state) => {
      const { errors, ...answer } = await errorsOf(`state=${encodeURIComponent(state)}`);
      expect(answer).toEqual({ status: 422, type: '/problems/invalid-field' });
      expect(errors).toMatchObject([{ parameter: 'state', in: 'query' }]);
      for (const known of ReferralState.options) expect(errors[0]!.detail).toContain(known);
      expect(errors[0]!.detail).not.toContain('foo');
    },
  );

  it('that is empty is refused as empty, and one that is sent twice as that', async () => {
    expect((await errorsOf('state=')).errors).toEqual([
      { parameter: 'state', in: 'query', detail: 'must not be empty: give it a value, or leave it out' },
    ]);
    expect((await errorsOf('state=sent&state=draft')).errors).toEqual([
      { parameter: 'state', in: 'query', detail: 'is sent more than once: send it once' },
    ]);
  });

  it('that there is, or several, is answered', async () => {
    for (const query of ['state=sent', 'state=sent,acknowledged'])
      expect((await at.call(at.roles.referrer, 'GET', `/v1/referrals?${query}`)).status).toBe(200);
  });
});
