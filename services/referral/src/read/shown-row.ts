import type { ReferralRow } from '../schema.ts';

/** What no view tells of a referral. */
export const neverShown = [
  'onwardOf',
  'onceBy',
  'transferKind',
  'transferConsentId',
  'toldTriage',
  'rejectionCode',
  'acknowledgedAt',
  'acceptedAt',
  'startedAt',
  'completedAt',
  'rejectedAt',
  'cancelledAt',
  'expiredAt',
  'referrerActedAt',
  'facilityActedAt',
  'supervisorActedAt',
  'consentAskAt',
  'silenceSteps',
  'wakeAt',
] as const satisfies readonly (keyof ReferralRow)[];
/** What of a referral is shown, or says what may be. */
export type ShownRow = Omit<ReferralRow, (typeof neverShown)[number]>;
