import {
  type ActionBody,
  actionBodies,
  type ReferralEvent,
  type OutcomeCode,
  type ReferralAction,
  ReferralAction as ReferralActions,
  type ReferralState,
  type ServedAction,
  unservedOutcomes,
} from '@rohnamo/contracts';
import type { ReferralRow } from '../schema.ts';
import { impliedStates, type Party, rowsOf, type Transition } from './states.ts';
import { dueAt, nextWake, type TimeLimits } from './time-limits.ts';

/** What somebody wants done to a referral. */
export type Command =
  | { [Action in ServedAction]: { action: Action; body: ActionBody<Action> } }[ServedAction]
  | { action: 'auto_close' | 'expire' | 'withdraw'; body: Record<string, never> };

/** What came of a command: the next row and what its entry says, or the actions that are legal instead. */
export type Verdict =
  | { kind: 'moved'; next: ReferralRow; event: ReferralEvent; implied: ReferralState[] }
  | { kind: 'illegal'; allowed: ReferralAction[] };

/**
 * Decides one command over a referral. Pure: what the state or the party does not allow is refused with what they do allow.
 * `next` keeps id and version as they are; recording moves the version.
 */
export function decide(
  row: ReferralRow,
  command: Command,
  { party, now, limits }: { party: Party; now: Date; limits: TimeLimits },
): Verdict {
  const transition = transitionFor(row, command.action, party, now);
  if (transition === null || !bodyFits(row, command))
    return { kind: 'illegal', allowed: allowedActions(row, party, now) };
  const state = transition.to === 'same' ? row.state : transition.to;
  const moved = { ...row, ...changesOf(row, command, { state, now }), state, changedAt: now };
  if (transition.to !== 'same') {
    moved.enteredStateAt = now;
    moved.previousState = command.action === 'request_cancel' && state === 'cancel_requested' ? row.state : null;
  }
  const next = { ...moved, dueAt: dueAt(limits, moved), wakeAt: nextWake(limits, moved)?.at ?? null };
  return { kind: 'moved', next, event: transition.event, implied: impliedStates(row.state, state) };
}

/** What this party may do now, among what clients can fire. */
export function allowedActions(row: ReferralRow, party: Party, now: Date): ReferralAction[] {
  return ReferralActions.options.filter(
    (action) => action in actionBodies && transitionFor(row, action, party, now) !== null,
  );
}

function transitionFor(row: ReferralRow, action: ReferralAction, party: Party, now: Date): Transition | null {
  const mayFire = ({ by }: Transition) => by.includes(party) || (party === 'supervisor' && by.includes('referrer'));
  const transition = rowsOf(action).find((candidate) => mayFire(candidate) && candidate.from.includes(row.state));
  if (!transition) return null;
  const daysIn = (now.getTime() - row.enteredStateAt.getTime()) / (24 * 3600 * 1000);
  if (transition.withinDays !== undefined && daysIn > transition.withinDays) return null;
  if (action === 'complete' && !completable(row)) return null;
  if (action === 'expire' && row.priority !== 'routine') return null;
  if (action === 'withdraw' && row.sharingStopped) return null;
  return transition;
}

/** Cancellation that was asked for does not undo care: completing stays legal where it was. */
const workingState = (row: ReferralRow): ReferralState =>
  row.state === 'cancel_requested' ? (row.previousState ?? row.state) : row.state;
const completable = (row: ReferralRow): boolean =>
  ['accepted', 'scheduled', 'in_service', 'no_show'].includes(workingState(row));
const isUnserved = (outcome: OutcomeCode): boolean => (unservedOutcomes as readonly OutcomeCode[]).includes(outcome);

/** Who did not come can only have been lost, have declined, or have died. */
function bodyFits(row: ReferralRow, command: Command): boolean {
  return command.action !== 'complete' || workingState(row) !== 'no_show' || isUnserved(command.body.outcome);
}

function changesOf(
  row: ReferralRow,
  command: Command,
  { state, now }: { state: ReferralState; now: Date },
): Partial<ReferralRow> {
  switch (command.action) {
    case 'submit':
      return { sentAt: now };
    case 'request_info':
      return { question: command.body.question, answer: null };
    case 'answer_info':
      return { answer: command.body.answer };
    case 'reject':
      return { reasonCode: command.body.code, barrier: command.body.barrier ?? row.barrier };
    case 'schedule':
    case 'reschedule':
      return {
        appointmentAt: new Date(command.body.appointmentAt),
        instructions: command.body.instructions ?? row.instructions,
      };
    case 'record_no_show':
      return { barrier: command.body.barrier ?? row.barrier };
    case 'start':
      return { attended: true };
    case 'complete':
      return {
        outcome: command.body.outcome,
        attended: row.attended || !isUnserved(command.body.outcome),
        findings: command.body.findings ?? null,
        nextSteps: command.body.nextSteps ?? null,
        followUpOn: command.body.followUpOn ?? null,
        barrier: command.body.barrier ?? row.barrier,
      };
    case 'close':
      return {
        needMet: command.body.needMet,
        reasonCode: command.body.needMet ? 'need-met' : 'need-not-met',
        barrier: command.body.barrier ?? row.barrier,
        closedAt: now,
      };
    case 'auto_close':
      return { reasonCode: 'unconfirmed', closedAt: now };
    case 'request_cancel':
      return state === 'cancelled' ? { reasonCode: 'cancelled-by-referrer' } : {};
    case 'confirm_cancel':
      return { reasonCode: 'cancelled-by-referrer' };
    case 'decline':
      return { reasonCode: 'declined', barrier: command.body.barrier ?? row.barrier };
    case 'withdraw':
      // What was taken on keeps the reason it has: its state stays as it is.
      return { sharingStopped: true, reasonCode: state === 'cancelled' ? 'consent-withdrawn' : row.reasonCode };
    case 'revoke':
      return { reasonCode: 'revoked' };
    case 'expire':
      return { reasonCode: 'no-answer' };
    case 'mark_error':
      return { reasonCode: 'entered-in-error' };
    case 'acknowledge':
    case 'accept':
      return {};
  }
}
