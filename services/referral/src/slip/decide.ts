import { type Facility, isSensitive, type ReferralState } from '@rohnamo/contracts';
import { sharingIsOver } from '../lifecycle/sharing.ts';
import { awaitedStates } from '../lifecycle/states.ts';
import type { ReferralRow } from '../schema.ts';
import { tellsTheKind } from './telling.ts';

/** All that a slip says of a referral. Where something is null, the slip has a line to write it on by hand. */
export interface SlipContent {
  number: string;
  address: string | null;
  /** The name of the desk: "Room 4". */
  room: string | null;
  appointmentAt: Date | null;
}

export type SlipVerdict =
  | { say: SlipContent }
  | { refuse: 'slip-confidential' | 'consent-missing' }
  | { refuse: 'illegal-action'; state: ReferralState };

/**
 * What is printed of a referral while an answer is waited for, or why nothing is. Nothing of the need, the service, the facility's kind or name,
 * or the person; nothing at all where the need is sensitive or the place confidential.
 */
export function slipOf(row: ReferralRow, facility: Facility, now: Date): SlipVerdict {
  if (!awaitedStates.includes(row.state)) return { refuse: 'illegal-action', state: row.state };
  if (sharingIsOver(row, now)) return { refuse: 'consent-missing' };
  if (isSensitive(row.needCategory) || facility.locationConfidential) return { refuse: 'slip-confidential' };
  const unlessTelling = (text: string | null | undefined): string | null =>
    text === null || text === undefined || tellsTheKind(text, facility) ? null : text;
  return {
    say: {
      number: row.number,
      address: unlessTelling(facility.address),
      room: unlessTelling(facility.desks.find(({ id }) => id === row.deskId)?.name),
      appointmentAt: row.state === 'scheduled' ? row.appointmentAt : null,
    },
  };
}
