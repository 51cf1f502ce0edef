import { actionBodies, type ReferralAction, type ReferralEvent, type ReferralState } from '@rohnamo/contracts';
import type { Triage } from '../refer/triage.ts';
import type { ReferralRow, TaskRow } from '../schema.ts';
import type { Command } from './command.ts';
import { effectsOf, firstTimes, isUnserved, type Successor } from './effects.ts';
import { endedTask, openedTask, type Target } from './new-task.ts';
import { nextWake } from './next-wake.ts';
import type { Confirmation } from './confirmation.ts';
import { hadGoneBefore, sharingIsOver } from './sharing.ts';
import { impliedStates, type Party, rowsFor, type Transition } from './states.ts';
import { dueAt, type TimeLimits } from './time-limits.ts';
import { isOfDeskAlone, toldAs } from './told-priority.ts';

/**
 * Who decides, when, by which limits; where the next task is to be done, for what opens one; the person's triage, where a task is sent
 * and it was looked at again; to which organisation it is given, for what gives it away; and what the registry says of the consent,
 * for what takes the person on.
 */
export interface Occasion {
  party: Party;
  now: Date;
  limits: TimeLimits;
  target?: Target;
  triage?: Triage;
  successor?: Successor;
  confirmation?: Confirmation;
}

/** What came of a command: the next row and what its entry says, or the actions that are legal instead. */
export type Verdict =
  | { kind: 'moved'; next: ReferralRow; event: ReferralEvent; implied: ReferralState[]; ended: TaskRow | null }
  | { kind: 'illegal'; allowed: ReferralAction[] };

/**
 * Decides one command over a referral. Pure: what the state or the party does not allow is refused with what they do allow.
 * `next` keeps id and version as they are; recording moves the version.
 * @throws when a command that opens a task comes without a target: a programming error
 */
export function decide(row: ReferralRow, command: Command, occasion: Occasion): Verdict {
  const { party, now, limits, triage, successor = null, confirmation } = occasion;
  const transition = transitionFor(row, command.action, party, now);
  if (transition === null || !bodyFits(row, command, now))
    return { kind: 'illegal', allowed: allowedActions(row, [party], now) };
  const ended = transition.opensTask
    ? endedTask(row, { state: transition.to === 'redirected' ? 'redirected' : 'same', now })
    : null;
  const state = stateAfter(row, transition, command);
  const isMoved = transition.to !== 'same' || state !== row.state;
  const changed: ReferralRow = {
    ...row,
    ...triage,
    ...confirmation,
    ...(ended === null
      ? {
          ...effectsOf(row, command, { state, party, now, successor }),
          ...firstTimes(row, { state, isFacility: party === 'facility', now }),
          ...whoActed(transition, { party, now }),
        }
      : {
          ...openedTask(row, targetOf(occasion), { isPassedOn: transition.to === 'redirected' }),
          sentAt: state === 'sent' ? now : null,
        }),
    state,
    // When silence was seen to where the need makes it an emergency would tell that it is one.
    changedAt: isOfDeskAlone(row, command.action) ? row.changedAt : now,
    ...(isMoved ? { enteredStateAt: now, previousState: previousOf(row, command, state), silenceSteps: 0 } : {}),
  };
  const next = {
    ...changed,
    dueAt: dueAt(limits, changed),
    ...toldAs(limits, changed),
    wakeAt: nextWake(limits, changed)?.at ?? null,
  };
  return { kind: 'moved', next, event: transition.event, implied: impliedStates(row.state, state), ended };
}

/** Passing on ends one task as redirected, and the next one begins as sent. */
function stateAfter(row: ReferralRow, { to, toIfGoneBefore }: Transition, command: Command): ReferralState {
  if (toIfGoneBefore !== undefined && hadGoneBefore(row, command)) return toIfGoneBefore;
  if (to === 'same') return row.state;
  return to === 'redirected' ? 'sent' : to;
}

const previousOf = (row: ReferralRow, { action }: Command, state: ReferralState): ReferralState | null =>
  action === 'request_cancel' && state === 'cancel_requested' ? row.state : null;

function targetOf({ target }: Occasion): Target {
  if (target === undefined) throw new Error('a task cannot begin nowhere');
  return target;
}

/** What a supervisor does in the place of the referrer is both theirs. */
function whoActed(
  { by }: Transition,
  { party, now }: Pick<Occasion, 'party' | 'now'>,
): Partial<Pick<ReferralRow, 'referrerActedAt' | 'facilityActedAt' | 'supervisorActedAt'>> {
  switch (party) {
    case 'referrer':
      return { referrerActedAt: now };
    case 'facility':
      return { facilityActedAt: now };
    case 'referrer-supervisor':
    case 'facility-supervisor':
      return { supervisorActedAt: now, ...(by.includes('referrer') ? { referrerActedAt: now } : {}) };
    case 'successor':
      return { referrerActedAt: now };
    case 'system':
      return {};
  }
}

/** On what it hangs what may be done. */
type Standing = Pick<
  ReferralRow,
  | 'state'
  | 'previousState'
  | 'enteredStateAt'
  | 'priority'
  | 'sharingStopped'
  | 'consentUnconfirmedSince'
  | 'sentAt'
  | 'appointmentAt'
  | 'consentEndsAt'
  | 'transferOrganisationId'
  | 'transferConsentEndsAt'
>;

/** What these parties may do now, among what clients can fire. */
export function allowedActions(row: Standing, parties: readonly Party[], now: Date): ReferralAction[] {
  const all = parties.flatMap((party) =>
    [...rowsFor(party, row.state)].flatMap(([action, transition]) =>
      action in actionBodies && holds(transition, { action, row, now }) ? action : [],
    ),
  );
  return parties.length === 1 ? all : [...new Set(all)];
}

function transitionFor(row: Standing, action: ReferralAction, party: Party, now: Date): Transition | null {
  const transition = rowsFor(party, row.state).get(action);
  return transition && holds(transition, { action, row, now }) ? transition : null;
}

/** Whether a transition may be gone through, beyond what its row says. */
function holds(
  { withinDays, opensTask }: Transition,
  { action, row, now }: { action: ReferralAction; row: Standing; now: Date },
): boolean {
  const daysIn = (now.getTime() - row.enteredStateAt.getTime()) / (24 * 3600 * 1000);
  if (withinDays !== undefined && daysIn > withinDays) return false;
  if (action === 'complete' && !completable(row)) return false;
  if (action === 'record_no_show' && isAhead(row.appointmentAt, now)) return false;
  if (action === 'expire' && row.priority !== 'routine') return false;
  if ((action === 'withdraw' || action === 'end_consent') && row.sharingStopped) return false;
  if (action === 'confirm_consent' && (row.sharingStopped || row.consentUnconfirmedSince === null)) return false;
  if (action === 'propose_transfer' && sharingIsOver(row, now)) return false;
  if (action === 'accept_transfer' && (row.transferOrganisationId === null || isOver(row, now))) return false;
  if (action === 'decline_transfer' && row.transferOrganisationId === null) return false;
  // What was never sent has no place from which it could be taken.
  return !(opensTask && row.sentAt === null);
}

/** Whether nobody can be asked any more to take it over: sharing is over, or the consent under which they are asked has ended. */
const isOver = (row: Standing, now: Date): boolean =>
  sharingIsOver(row, now) || (row.transferConsentEndsAt !== null && row.transferConsentEndsAt <= now);

/** Whether somebody is asked to take the case over, and still may. */
export const isProposed = (row: Standing, now: Date): boolean =>
  row.transferOrganisationId !== null && transitionFor(row, 'accept_transfer', 'successor', now) !== null;

/** Whoever has an appointment can still come until its time. */
const isAhead = (at: Date | null, now: Date): boolean => at !== null && at > now;

/** Cancellation that was asked for does not undo care: completing stays legal where it was. */
const workingState = (row: Standing): ReferralState =>
  row.state === 'cancel_requested' ? (row.previousState ?? row.state) : row.state;
const completable = (row: Standing): boolean =>
  ['accepted', 'scheduled', 'in_service', 'no_show'].includes(workingState(row));

/** Who did not come can only have been lost, have declined, or have died; and no consent ends before its time. */
function bodyFits(row: ReferralRow, command: Command, now: Date): boolean {
  if (command.action === 'end_consent') return command.body.endsAt <= now;
  return command.action !== 'complete' || workingState(row) !== 'no_show' || isUnserved(command.body.outcome);
}
