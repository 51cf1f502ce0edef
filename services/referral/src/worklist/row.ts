import type { FeedbackRow, MessageRow, ReferralRow } from '../schema.ts';

/** What an item of a worklist is told from. The rest of a referral, most of it, is not read. */
export const workProperties = [
  'id',
  'version',
  'number',
  'state',
  'previousState',
  'taskId',
  'priority',
  'referrerOrganisationId',
  'facilityId',
  'facilityOrganisationId',
  'deskId',
  'responsible',
  'walkIn',
  'service',
  'needCategory',
  'sharingStopped',
  'consentEndsAt',
  'consentUnconfirmedSince',
  'reasonCode',
  'appointmentAt',
  'noShows',
  'outcome',
  'sentAt',
  'closedAt',
  'enteredStateAt',
  'referrerActedAt',
  'facilityActedAt',
  'supervisorActedAt',
  'dueAt',
  'toldPriority',
  'transferOrganisationId',
  'transferConsentEndsAt',
  'toldDueAt',
] as const satisfies readonly (keyof ReferralRow)[];

export type WorkRow = Pick<ReferralRow, (typeof workProperties)[number]>;

/** What was last said about the current task: between its parties, and by the person who was not served. */
export interface Said {
  message: Pick<MessageRow, 'referralId' | 'taskId' | 'by' | 'detailsOpen' | 'sentAt'> | null;
  feedback: Pick<FeedbackRow, 'taskId' | 'kind' | 'givenAt'> | null;
}
