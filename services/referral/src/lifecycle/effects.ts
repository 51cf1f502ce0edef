import { type Organisation, type OutcomeCode, type ReferralState, unservedOutcomes } from '@rohnamo/contracts';
import type { ReferralRow } from '../schema.ts';
import type { Command } from './command.ts';
import { confirmed } from './confirmation.ts';
import type { Party } from './states.ts';

export const isUnserved = (outcome: OutcomeCode): boolean =>
  (unservedOutcomes as readonly OutcomeCode[]).includes(outcome);

/** Why it was cancelled, where the facility never confirmed that it was. */
export const cancelUnconfirmed = 'cancel-unconfirmed';

/** Why it was cancelled, where the consent ended before anybody had accepted. */
export const consentEnded = 'consent-ended';

/** The organisation that refers from now on. */
export type Successor = Pick<Organisation, 'id' | 'kind'> & {
  /** When the consent ends under which it is asked; null: only by being withdrawn. */
  consentEndsAt?: Date | null;
};

/** What a command says of the referral beside its state. What opens another task is in new-task.ts. */
export function effectsOf(
  row: ReferralRow,
  command: Command,
  { state, party, now, successor }: { state: ReferralState; party: Party; now: Date; successor: Successor | null },
): Partial<ReferralRow> {
  switch (command.action) {
    case 'submit':
      return { sentAt: now };
    case 'acknowledge':
    case 'accept':
      return { responsible: command.body.responsible ?? row.responsible };
    case 'request_info':
      return { question: command.body.question, answer: null };
    case 'answer_info':
      return { answer: command.body.answer };
    case 'reject':
      return {
        reasonCode: command.body.code,
        rejectionCode: command.body.code,
        barrier: command.body.barrier ?? row.barrier,
      };
    case 'schedule':
    case 'reschedule':
      return {
        appointmentAt: new Date(command.body.appointmentAt),
        instructions: command.body.instructions ?? row.instructions,
        responsible: command.body.responsible ?? row.responsible,
      };
    case 'record_no_show':
      return { noShows: row.noShows + 1, barrier: command.body.barrier ?? row.barrier };
    case 'start':
      return { attended: true };
    case 'record_interim':
      return {
        findings: command.body.findings ?? row.findings,
        nextSteps: command.body.nextSteps ?? row.nextSteps,
      };
    case 'complete':
      return {
        outcome: command.body.outcome,
        attended: row.attended || !isUnserved(command.body.outcome),
        findings: command.body.findings ?? row.findings,
        nextSteps: command.body.nextSteps ?? row.nextSteps,
        followUpOn: command.body.followUpOn ?? null,
        barrier: command.body.barrier ?? row.barrier,
        furtherReferral: command.body.furtherReferral
          ? { service: command.body.furtherReferral.service ?? null, note: command.body.furtherReferral.note ?? null }
          : null,
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
      return { reasonCode: party === 'system' ? cancelUnconfirmed : 'cancelled-by-referrer' };
    case 'decline':
      return { reasonCode: 'declined', barrier: command.body.barrier ?? row.barrier };
    case 'withdraw':
      // What was taken on keeps the reason it has: its state stays as it is.
      return {
        ...confirmed,
        ...noTransfer,
        sharingStopped: true,
        reasonCode: state === 'cancelled' ? 'consent-withdrawn' : row.reasonCode,
      };
    case 'end_consent':
      return {
        ...confirmed,
        ...noTransfer,
        sharingStopped: true,
        consentEndsAt: command.body.endsAt,
        reasonCode: state === 'cancelled' ? consentEnded : row.reasonCode,
      };
    case 'confirm_consent':
      return { ...confirmed, consentEndsAt: command.body.endsAt };
    case 'revoke':
      return { reasonCode: 'revoked' };
    case 'reassign':
      return { deskId: command.body.deskId, onceBy: row.id };
    case 'propose_transfer':
      return {
        transferOrganisationId: command.body.organisationId,
        transferKind: successor?.kind ?? null,
        transferConsentId: command.body.consentId,
        transferConsentEndsAt: successor?.consentEndsAt ?? null,
      };
    case 'accept_transfer':
      return givenTo(row, proposedTo(row));
    case 'decline_transfer':
      return noTransfer;
    case 'hand_over':
      if (successor === null) throw new Error('nobody to hand over to');
      return givenTo(row, successor);
    case 'expire':
      return { reasonCode: 'no-answer' };
    case 'mark_error':
      return { reasonCode: 'entered-in-error' };
    case 'remind':
    case 'escalate':
    case 'offer_reroute':
      return { silenceSteps: row.silenceSteps + command.body.steps };
    case 'redirect':
    case 'reroute':
    case 'reopen':
      return {};
  }
}

/** Nobody is asked to take it over. */
export const noTransfer = {
  transferOrganisationId: null,
  transferKind: null,
  transferConsentId: null,
  transferConsentEndsAt: null,
} as const satisfies Partial<ReferralRow>;

/** Who is asked to take it over. @throws where nobody is: a programming error */
function proposedTo({ transferOrganisationId: id, transferKind: kind }: ReferralRow): Successor {
  if (id === null || kind === null) throw new Error('nobody is asked to take it over');
  return { id, kind };
}

/** It comes with all that hangs on who refers: what they may hear of it, and who wrote it. It is nobody's double that brought it there. */
function givenTo(row: ReferralRow, { id, kind }: Successor): Partial<ReferralRow> {
  const writer = row.writtenBy ?? row.referrerOrganisationId;
  return {
    ...noTransfer,
    referrerOrganisationId: id,
    referrerKind: kind,
    writtenBy: writer === id ? null : writer,
    onceBy: row.id,
  };
}

/** When each step was first taken. A step that was passed over was taken with the one that implies it. */
export function firstTimes(
  row: ReferralRow,
  { state, isFacility, now }: { state: ReferralState; isFacility: boolean; now: Date },
): Pick<ReferralRow, StepTime> {
  const isTakenOn = state === 'accepted' || state === 'scheduled' || state === 'in_service' || state === 'completed';
  return {
    acknowledgedAt: row.acknowledgedAt ?? (isFacility ? now : null),
    acceptedAt: row.acceptedAt ?? (isTakenOn ? now : null),
    startedAt: row.startedAt ?? (state === 'in_service' ? now : null),
    completedAt: row.completedAt ?? (state === 'completed' ? now : null),
    rejectedAt: row.rejectedAt ?? (state === 'rejected' ? now : null),
    cancelledAt: row.cancelledAt ?? (state === 'cancelled' ? now : null),
    expiredAt: row.expiredAt ?? (state === 'expired' ? now : null),
  };
}

type StepTime =
  | 'acknowledgedAt'
  | 'acceptedAt'
  | 'startedAt'
  | 'completedAt'
  | 'rejectedAt'
  | 'cancelledAt'
  | 'expiredAt';
