import type { ConsentRow, ReferralRow } from '../schema.ts';
import type { Command } from './command.ts';

const isPast = (at: Date | null, now: Date): boolean => at !== null && at <= now;

/** Whether somebody may be taken on under a consent: it was not withdrawn, and has not ended. */
export const stands = ({ state, endsAt }: Pick<ConsentRow, 'state' | 'endsAt'>, now: Date): boolean =>
  state === 'active' && !isPast(endsAt, now);

/** Whether the consent that a referral leans on has ended, as it was to from the beginning. */
const consentHasEnded = ({ consentEndsAt }: Pick<ReferralRow, 'consentEndsAt'>, now: Date): boolean =>
  isPast(consentEndsAt, now);

/** On what it hangs whether anything is shared. */
export type Shared = Pick<ReferralRow, 'sharingStopped' | 'consentEndsAt'>;

/** On what it hangs whether something may be opened now. */
export type Opening = Shared & Pick<ReferralRow, 'consentUnconfirmedSince'>;

/** Whether nothing more is shared: the consent was withdrawn, or has ended. That holds from that instant on, whatever has been written. */
export const sharingIsOver = (row: Shared, now: Date): boolean => row.sharingStopped || consentHasEnded(row, now);

/** Whether nothing opens, and nothing of what comes of it goes back: sharing is over, or the consent under which the person was taken on is unconfirmed. */
export const sharingIsClosed = (row: Opening, now: Date): boolean =>
  sharingIsOver(row, now) || row.consentUnconfirmedSince !== null;

/**
 * Whether a consent of which it is told that it has gone had gone already when the person was taken on, which nobody could ask then. Where nobody
 * could be asked later on, as an appointment was given, it stood when they were taken on.
 */
export function hadGoneBefore(
  { consentUnconfirmedSince, acceptedAt }: Pick<ReferralRow, 'consentUnconfirmedSince' | 'acceptedAt'>,
  command: Command,
): boolean {
  if (consentUnconfirmedSince === null) return false;
  const takenOnAt = acceptedAt ?? consentUnconfirmedSince;
  switch (command.action) {
    case 'withdraw':
      return isPast(command.body.at, takenOnAt);
    case 'end_consent':
      return isPast(command.body.endsAt, takenOnAt);
    default:
      return false;
  }
}
