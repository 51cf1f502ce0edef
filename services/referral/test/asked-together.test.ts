import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

type Listed = { items: { id?: string; referral?: { id: string } }[]; next: string | null };
const idsIn = ({ items }: Listed) => items.map(({ id, referral }) => id ?? referral?.id);

describe('pages that many ask for at the same moment', () => {
  it('are each of who asks, and in their order', async () => {
    const { referrer, facility, otherFacility, stranger, supervisor } = at.roles;
    for (let made = 0; made < 5; made += 1) await at.refer({ priority: made % 2 === 0 ? 'urgent' : 'routine' });
    const askers: TokenRequest[] = [referrer, facility, otherFacility, stranger, supervisor];
    const asks = askers.flatMap((as) => [
      () => at.call(as, 'GET', '/v1/referrals?limit=3'),
      () => at.call(as, 'GET', '/v1/referrals?limit=2&state=sent'),
      () => at.call(as, 'POST', '/v1/worklist', { limit: 4 }),
      () => at.call(as, 'POST', '/v1/worklist', { limit: 4, facilityId: at.facilityId }),
    ]);
    const alone: unknown[] = [];
    for (const ask of asks) alone.push(idsIn((await ask()).body as unknown as Listed));
    expect(alone.flat()).not.toHaveLength(0);
    const often = Array.from({ length: 6 }, () => asks).flat();
    const together = await Promise.all(often.map(async (ask) => idsIn((await ask()).body as unknown as Listed)));
    expect(together).toEqual(Array.from({ length: 6 }, () => alone).flat());
  });
});
