import type { Command } from './command.ts';
import type { ReferralRow } from '../schema.ts';
import { type Asking, askingOf } from './confirmation.ts';
import type { Shared } from './sharing.ts';
import { dueStep, nextStep, type Silent } from './silence.ts';
import { rowsFor, undecidedStates } from './states.ts';
import { after, sentAtOf, type TimeLimits } from './time-limits.ts';

interface Ending {
  action: 'expire' | 'auto_close' | 'confirm_cancel';
  at: Date;
}

/** What tells when the system acts by itself. */
type Waking = Silent & Shared & Asking & Pick<ReferralRow, 'transferOrganisationId' | 'transferConsentEndsAt'>;

/**
 * When the system acts by itself if nobody else has, and how: the end of the consent, asking whether it stands, the next step of
 * silence, or what ends the state; null where it never does.
 */
export function nextWake(limits: TimeLimits, waking: Waking): { at: Date; action: Command['action'] } | null {
  const coming = [
    consentEndOf(waking),
    proposalEndOf(waking),
    askingOf(waking),
    endingOf(limits, waking),
    nextStep(limits, waking),
  ];
  const [next] = coming.filter((one) => one !== null).toSorted((one, other) => one.at.getTime() - other.at.getTime());
  return next ? { at: next.at, action: next.action } : null;
}

/** What the system does of itself now; null where nothing is due. Nobody is reminded of what ends anyway, and nothing goes before the end of the consent. */
export function dueCommand(limits: TimeLimits, waking: Waking, now: Date): Command | null {
  const consentEnd = consentEndOf(waking);
  if (consentEnd !== null && consentEnd.at <= now) return { action: 'end_consent', body: { endsAt: consentEnd.at } };
  const proposalEnd = proposalEndOf(waking);
  if (proposalEnd !== null && proposalEnd.at <= now) return { action: proposalEnd.action, body: {} };
  const ending = endingOf(limits, waking);
  if (ending !== null && ending.at <= now) return { action: ending.action, body: {} };
  const step = dueStep(limits, waking, now);
  return step && { action: step.action, body: { steps: step.steps } };
}

/** Nobody is told of the end of a consent under which nothing was sent, or all is over. */
function consentEndOf({ state, sharingStopped, consentEndsAt }: Waking): { action: 'end_consent'; at: Date } | null {
  const isUnderWay = rowsFor('system', state).has('end_consent');
  return isUnderWay && !sharingStopped && consentEndsAt !== null ? { action: 'end_consent', at: consentEndsAt } : null;
}

/** With the consent ends the question that was asked under it. */
const proposalEndOf = ({ state, transferOrganisationId, transferConsentEndsAt: at }: Waking) =>
  transferOrganisationId !== null && at !== null && rowsFor('system', state).has('decline_transfer')
    ? { action: 'decline_transfer' as const, at }
    : null;

/** What ends the present state if nobody does anything; null where nothing does. */
function endingOf(limits: TimeLimits, silent: Silent): Ending | null {
  const { state, priority, enteredStateAt } = silent;
  if (state === 'completed') return { action: 'auto_close', at: after(limits, enteredStateAt, limits.autoCloseAfter) };
  if (state === 'cancel_requested')
    return { action: 'confirm_cancel', at: after(limits, enteredStateAt, limits.confirmCancelWithin) };
  const { expireAfter } = limits.byPriority[priority];
  return expireAfter && undecidedStates.includes(state)
    ? { action: 'expire', at: after(limits, sentAtOf(silent), expireAfter) }
    : null;
}
