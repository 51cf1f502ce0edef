import type { ConsentRow, ReferralRow } from '../schema.ts';

const isPast = (at: Date | null, now: Date): boolean => at !== null && at <= now;

/** Whether somebody may be taken on under a consent: it was not withdrawn, and has not ended. */
export const stands = ({ state, endsAt }: Pick<ConsentRow, 'state' | 'endsAt'>, now: Date): boolean =>
  state === 'active' && !isPast(endsAt, now);

/** Whether the consent that a referral leans on has ended, as it was to from the beginning. */
export const consentHasEnded = ({ consentEndsAt }: Pick<ReferralRow, 'consentEndsAt'>, now: Date): boolean =>
  isPast(consentEndsAt, now);

/** On what it hangs whether anything is shared. */
export type Shared = Pick<ReferralRow, 'sharingStopped' | 'consentEndsAt'>;

/** Whether nothing more is shared: the consent was withdrawn, or has ended. That holds from that instant on, whatever has been written. */
export const sharingIsOver = (row: Shared, now: Date): boolean => row.sharingStopped || consentHasEnded(row, now);
