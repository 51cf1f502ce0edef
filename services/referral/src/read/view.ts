import { isSensitive, type OutcomeCode, type Referral, type Served } from '@rohnamo/contracts';
import { allowedActions } from '../lifecycle/decide.ts';
import type { Party } from '../lifecycle/states.ts';
import type { ReceiptRow, ReferralRow } from '../schema.ts';

/** How long after closing a facility may still read the details. */
const detailsAfterClosingMs = 30 * 24 * 3600 * 1000;

/** Whether the person's details are open to the facility: from acceptance to 30 days after closing, while sharing is not stopped. */
export function detailsOpen(row: ReferralRow, now: Date): boolean {
  if (row.sharingStopped) return false;
  switch (row.state) {
    case 'accepted':
    case 'scheduled':
    case 'no_show':
    case 'in_service':
    case 'completed':
      return true;
    case 'cancel_requested':
      return (
        row.previousState === 'accepted' ||
        row.previousState === 'scheduled' ||
        row.previousState === 'no_show' ||
        row.previousState === 'in_service'
      );
    case 'closed':
      return (
        row.outcome !== null && row.closedAt !== null && now.getTime() - row.closedAt.getTime() <= detailsAfterClosingMs
      );
    case 'draft':
    case 'sent':
    case 'acknowledged':
    case 'info_requested':
    case 'rejected':
    case 'redirected':
    case 'cancelled':
    case 'expired':
    case 'entered_in_error':
      return false;
  }
}

/**
 * The referral as one party may see it. A facility sees what helps it to decide, then the details; a referrer sees what it sent
 * and, of what came of it, only whether the person was seen and served; a supervisor sees states, times and codes.
 */
export function viewOf(
  row: ReferralRow,
  party: Exclude<Party, 'system'>,
  { receipts, now }: { receipts: readonly ReceiptRow[]; now: Date },
): Referral {
  const frame = frameOf(row, party, now);
  switch (party) {
    case 'supervisor':
      return { ...frame, view: 'supervisor', receipts: receiptsOf(row, receipts) };
    case 'referrer':
      return {
        ...frame,
        ...triageOf(row, row.service),
        view: 'referrer',
        result: resultOf(row),
        needMet: row.needMet,
        receipts: receiptsOf(row, receipts),
        details: detailsOf(row),
      };
    case 'facility': {
      const open = detailsOpen(row, now);
      const triage = triageOf(row, !open && isSensitive(row.needCategory) ? 'confidential service' : row.service);
      if (!open) return { ...frame, ...triage, view: 'triage' };
      return {
        ...frame,
        ...triage,
        view: 'details',
        result: resultOf(row),
        outcome: outcomeOf(row),
        details: { ...detailsOf(row), reference: null },
      };
    }
  }
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

function frameOf(row: ReferralRow, party: Party, now: Date): Omit<Referral, 'view'> {
  return {
    id: row.id,
    version: row.version,
    number: row.number,
    state: row.state,
    previousState: row.previousState,
    allowedActions: allowedActions(row, party, now),
    taskId: row.taskId,
    priority: row.priority,
    referrerOrganisationId: row.referrerOrganisationId,
    facilityId: row.facilityId,
    facilityOrganisationId: row.facilityOrganisationId,
    sharingStopped: row.sharingStopped,
    reasonCode: row.reasonCode,
    appointmentAt: iso(row.appointmentAt),
    dueAt: iso(row.dueAt),
    overdue: row.dueAt !== null && row.dueAt < now,
    sentAt: iso(row.sentAt),
    createdAt: row.createdAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
  };
}

/** An offering of a confidential service would give its name away, so its id is left out with it. */
function triageOf(row: ReferralRow, service: string): Partial<Referral> {
  return {
    ...(service === row.service ? { offeringId: row.offeringId } : {}),
    service,
    ageBand: row.ageBand,
    language: row.language,
    accessRequirements: row.accessRequirements,
    districtId: row.districtId,
  };
}

function detailsOf(row: ReferralRow): NonNullable<Referral['details']> {
  return {
    beneficiaryId: row.beneficiaryId,
    needCategory: row.needCategory,
    consentId: row.consentId,
    safeContact: row.safeContact,
    reason: row.reason,
    servicesAlreadyGiven: row.servicesAlreadyGiven,
    interpreter: row.interpreter,
    providerPreferred: row.providerPreferred,
    instructions: row.instructions,
    question: row.question,
    answer: row.answer,
    reference: row.reference,
  };
}

const servedBy = {
  treated: 'served',
  'treatment-ongoing': 'ongoing',
  'referred-onward': 'served',
  'not-indicated': 'served',
  'beneficiary-declined': 'not-served',
  'lost-to-follow-up': 'not-served',
  died: 'not-served',
} as const satisfies Record<OutcomeCode, Served>;

const resultOf = (row: ReferralRow): NonNullable<Referral['result']> | null =>
  row.outcome === null
    ? null
    : { attended: row.attended, served: servedBy[row.outcome], nextSteps: row.nextSteps, followUpOn: row.followUpOn };

const outcomeOf = (row: ReferralRow): NonNullable<Referral['outcome']> | null =>
  row.outcome === null ? null : { code: row.outcome, findings: row.findings, barrier: row.barrier };

/** Of the deliveries, those to the facility: whether the one who must answer was told. */
function receiptsOf(row: ReferralRow, receipts: readonly ReceiptRow[]): NonNullable<Referral['receipts']> {
  return receipts
    .filter(({ organisationId, state }) => organisationId === row.facilityOrganisationId && state !== 'waiting')
    .map(({ id, eventType, state, attempts, at }) => ({
      deliveryId: id,
      eventType,
      state: state === 'delivered' || state === 'failed' ? state : 'retrying',
      attempts,
      at: at.toISOString(),
    }));
}
