import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import type { ReferralService } from './referral-service.ts';

type Person = ReturnType<ReferralService['person']>;

/** What becomes of consents at the registry, of which this service hears when it is told to. */
export function consentsAtRegistry(at: () => ReferralService, clock: () => Date) {
  const changed = ({ beneficiaryId }: Person, change: object) => {
    const known = at().grounds.get(beneficiaryId)!;
    at().grounds.set(beneficiaryId, { ...known, consent: { ...known.consent, ...change } });
  };
  return {
    /** The person takes their consent back at the registry, of which this service has not heard. */
    withdraw: (person: Person, withdrawnAt = clock()) =>
      changed(person, { version: 2, state: 'withdrawn', withdrawnAt: withdrawnAt.toISOString() }),
    endAt: (person: Person, endsAt: Date) => changed(person, { endsAt: endsAt.toISOString() }),
    /** And now it does hear. */
    hearOfWithdrawal: async ({ beneficiaryId, consentId }: Person, time = clock()) => {
      const event: JournalEvent<'consent.withdrawn.v1'> = {
        id: randomUUID(),
        source: 'urn:rohnamo:registry',
        type: 'consent.withdrawn.v1',
        subject: consentId,
        time: time.toISOString(),
        sequence: 2,
        data: {
          consentId,
          beneficiaryId,
          recipientOrganisationId: at().roles.facility.organisationId,
          purposes: ['referral'],
          state: 'withdrawn',
        },
        traceparent: null,
        checkpoint: null,
      };
      for (const { handle } of at().subscriptions) await handle(event);
    },
  };
}
