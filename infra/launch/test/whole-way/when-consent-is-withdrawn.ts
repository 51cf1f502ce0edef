import { Consent, Referral } from '@rohnamo/contracts';
import { aReferral, eventually } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import type { Handoff } from './handoff.ts';

export function describeWithdrawal(handoff: () => Handoff): void {
  describe('a consent withdrawn at the registry', () => {
    it('cancels a referral that was sent under it, over Kafka; no other can be sent', async () => {
      const { stack, as, offeringId, read, registerPerson, consentOf } = handoff();
      const officer = as('migration-service');
      const beneficiaryId = await registerPerson();
      const consentId = await consentOf(beneficiaryId);
      const body = aReferral({ beneficiaryId, consentId, offeringId });
      const { id } = await officer.post(`${stack.services.referral}/v1/referrals`, body, Referral);

      await withdraw(handoff(), consentId);
      await eventually(async () => (await read('migration-service', id)).state === 'cancelled');

      expect(await read('facility', id)).toMatchObject({
        state: 'cancelled',
        reasonCode: 'consent-withdrawn',
        sharingStopped: true,
        view: 'triage',
      });
      const again = await officer.send(`${stack.services.referral}/v1/referrals`, { method: 'POST', body });
      expect(again).toMatchObject({ status: 422, body: { type: '/problems/consent-missing' } });
    });

    it('leaves care that was taken on, and closes the person’s details', async () => {
      const { stack, as, sent, act, read } = handoff();
      const referral = await sent();
      await act('facility', referral.id, 'accept');
      const details = `${stack.services.referral}/v1/referrals/${referral.id}/beneficiary`;
      expect((await as('facility').send(details)).status).toBe(200);

      await withdraw(handoff(), referral.details?.consentId ?? '');
      await eventually(async () => (await read('facility', referral.id)).sharingStopped);

      expect(await read('facility', referral.id)).toMatchObject({ state: 'accepted', view: 'triage' });
      expect(await as('facility').send(details)).toMatchObject({
        status: 403,
        body: { type: '/problems/details-closed' },
      });
    });
  });
}

const withdraw = ({ stack, as }: Handoff, consentId: string): Promise<Consent> =>
  as('migration-service').post(`${stack.services.registry}/v1/consents/${consentId}/withdraw`, {}, Consent);
