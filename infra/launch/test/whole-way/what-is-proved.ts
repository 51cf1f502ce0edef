import { TrailEntry, TrailVerification } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Handoff } from './handoff.ts';

const Trail = z.object({ items: z.array(TrailEntry), verification: TrailVerification });

export function describeWhatIsProved(handoff: () => Handoff): void {
  describe('the trail of a referral', () => {
    it('has each step once, with who took it, and is proved under a signed checkpoint within seconds', async () => {
      const { stack, as, sent, act } = handoff();
      const referral = await sent();
      await act('facility', referral.id, 'accept');
      await as('facility').send(`${stack.services.referral}/v1/referrals/${referral.id}/beneficiary`);
      await act('facility', referral.id, 'start');

      const { items, verification } = await eventually(async () => {
        const trail = await as('auditor').get(
          `${stack.services.referral}/v1/referrals/${referral.id}/trail?verify=true`,
          Trail,
        );
        return trail.verification.pending === 0 && trail;
      });
      expect(items.map(({ version, type, actor }) => [version, type, actor.role])).toEqual([
        [1, 'referral.sent.v1', 'migration-service'],
        [2, 'referral.accepted.v1', 'facility'],
        [null, 'referral.observed.v1', 'facility'],
        [3, 'referral.started.v1', 'facility'],
      ]);
      expect(items[1]).toMatchObject({ state: 'accepted', implied: ['acknowledged'] });
      expect(verification).toMatchObject({ sealed: items.length, pending: 0, broken: [], missingVersions: [] });
    });
  });
}
