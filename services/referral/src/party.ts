import type { Caller } from '@rohnamo/service-kit';
import type { Party } from './lifecycle/states.ts';
import type { ReferralRow } from './schema.ts';
import type { Bound } from './store.ts';

export type ClientParty = Exclude<Party, 'system'>;
type Who = Pick<Caller, 'role' | 'organisationId' | 'facilityIds'>;

/** As what a caller takes part in a referral; null: it does not exist for them. A facility hears of nothing before it is sent. */
export function partyOf(row: ReferralRow, { role, organisationId, facilityIds }: Who): ClientParty | null {
  const refers = row.referrerOrganisationId === organisationId;
  const receives = row.facilityOrganisationId === organisationId && row.sentAt !== null;
  switch (role) {
    case 'supervisor':
      return refers || receives ? 'supervisor' : null;
    case 'facility':
      if (receives && facilityIds.includes(row.facilityId)) return 'facility';
      return refers ? 'referrer' : null;
    case 'migration-service':
      return refers ? 'referrer' : null;
    case 'directory-admin':
    case 'auditor':
    case 'operator':
    case 'service':
      return null;
  }
}

/** What the lists of a caller are bounded to. */
export function boundOf({ role, organisationId, facilityIds }: Who): Bound {
  if (role === 'facility') return { party: 'facility', organisationId, facilityIds };
  return { party: role === 'supervisor' ? 'supervisor' : 'referrer', organisationId };
}
