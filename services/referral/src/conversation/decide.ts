import type { Message } from '@rohnamo/contracts';
import { sharingIsOver } from '../lifecycle/sharing.ts';
import type { ClientParty } from '../party.ts';
import { detailsOpen, type Openness } from '../read/view.ts';
import type { MessageRow, ReferralRow } from '../schema.ts';

/** Who can say something: the two between whom a referral is. A supervisor sees that something was said, not what. */
export type Speaker = MessageRow['by'];

export const speakerOf = ({ as }: ClientParty): Speaker | null => (as === 'referrer' || as === 'facility' ? as : null);

/** Whether something may be said in a referral: from its sending on, as long as there is something to talk about and sharing goes on. */
export function mayBeSpokenIn(row: Openness, now: Date): boolean {
  if (sharingIsOver(row, now)) return false;
  switch (row.state) {
    case 'sent':
    case 'acknowledged':
    case 'info_requested':
    case 'accepted':
    case 'scheduled':
    case 'no_show':
    case 'in_service':
    case 'completed':
    case 'cancel_requested':
    case 'rejected':
    case 'expired':
      return true;
    case 'closed':
      return detailsOpen(row, now);
    case 'draft':
    case 'redirected':
    case 'cancelled':
    case 'entered_in_error':
      return false;
  }
}

/** Which messages of a referral somebody may read. */
export interface Hearing {
  referralId: string;
  /** null: of all tasks. */
  taskId: string | null;
  /** Only what was said while the details were closed. */
  onlyClosed: boolean;
}

/**
 * What a party may read: who refers, all of it. A facility, what was said in its own task; and once the details are closed to it,
 * no more of what was said while they were open. Nobody else, and no facility from which the referral was taken away.
 */
export function hearingOf(
  row: Openness & Pick<ReferralRow, 'id' | 'taskId'>,
  party: ClientParty,
  now: Date,
): Hearing | null {
  const referralId = row.id;
  switch (speakerOf(party)) {
    case 'referrer':
      return { referralId, taskId: null, onlyClosed: false };
    case 'facility':
      return { referralId, taskId: row.taskId, onlyClosed: !detailsOpen(row, now) };
    case null:
      return null;
  }
}

export const isHeard = (
  message: Pick<MessageRow, 'referralId' | 'taskId' | 'detailsOpen'>,
  { referralId, taskId, onlyClosed }: Hearing,
): boolean =>
  message.referralId === referralId &&
  (taskId === null || message.taskId === taskId) &&
  !(onlyClosed && message.detailsOpen);

/** A message as it is shown. */
export const viewOf = ({ version: _version, detailsOpen: _open, sentAt, ...message }: MessageRow): Message => ({
  ...message,
  sentAt: sentAt.toISOString(),
});
