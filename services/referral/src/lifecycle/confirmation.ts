import type { ReferralRow } from '../schema.ts';
import { rowsFor } from './states.ts';

/** What is known of a consent when somebody is taken on under it: by the registry's word, or that there was none. */
export type Confirmation = Pick<ReferralRow, 'consentUnconfirmedSince' | 'consentAskAt'> &
  Partial<Pick<ReferralRow, 'consentEndsAt'>>;

/** The registry has said how it stands. */
export const confirmed = { consentUnconfirmedSince: null, consentAskAt: null } as const satisfies Confirmation;

const firstPauseMs = 2000;
const pauseMaxMs = 5 * 60_000;

/** It could not be asked: nothing opens, and it is asked again soon. */
export const unconfirmedAt = (now: Date): Confirmation => ({
  consentUnconfirmedSince: now,
  consentAskAt: nextAskingAt(now, now),
});

/** When it is asked again after it did not answer: each pause is as long as all before it, up to five minutes. */
export function nextAskingAt(since: Date, now: Date): Date {
  const waitedMs = now.getTime() - since.getTime();
  return new Date(now.getTime() + Math.min(Math.max(waitedMs, firstPauseMs), pauseMaxMs));
}

/** What tells whether the registry is still to be asked. */
export type Asking = Pick<ReferralRow, 'state' | 'sharingStopped' | 'consentUnconfirmedSince' | 'consentAskAt'>;

/** When the registry is asked again; null where its word changes nothing, or is there. */
export function askingOf({ state, sharingStopped, consentUnconfirmedSince, consentAskAt }: Asking) {
  const isAwaited =
    consentUnconfirmedSince !== null && !sharingStopped && rowsFor('system', state).has('confirm_consent');
  return isAwaited && consentAskAt !== null ? { action: 'confirm_consent' as const, at: consentAskAt } : null;
}
