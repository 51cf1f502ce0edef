import { type EndedTask, isSensitive, type Referral } from '@rohnamo/contracts';
import { allowedActions, isProposed } from '../lifecycle/decide.ts';
import { type Opening, sharingIsClosed, sharingIsOver } from '../lifecycle/sharing.ts';
import { asTold, isToldByTime, toldOfTask } from '../lifecycle/told-priority.ts';
import { actingAs, type ClientParty, type CurrentParty } from '../party.ts';
import type { ReceiptRow, ReferralRow, TaskRow } from '../schema.ts';
import { detailsForFacility, detailsForReferrer } from './details.ts';
import { codesOf, mayHearFindings, outcomeOf, resultOf } from './outcome.ts';
import type { ShownRow } from './shown-row.ts';

/** How long after closing a facility may still read the details. */
const detailsAfterClosingMs = 30 * 24 * 3600 * 1000;

/** On what it hangs whether details are open. */
export type Openness = Opening & Pick<ReferralRow, 'state' | 'previousState' | 'outcome' | 'closedAt'>;

/** Whether the person's details are open to the facility: from acceptance to 30 days after closing, while the consent stands and is confirmed. */
export function detailsOpen(row: Openness, now: Date): boolean {
  if (sharingIsClosed(row, now)) return false;
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

const serviceInTriage = ({ service, needCategory }: Pick<ReferralRow, 'service' | 'needCategory'>): string =>
  isSensitive(needCategory) ? 'confidential service' : service;

/** With whose eyes a party sees: who refers to a facility of their own sees what they wrote, until the details open. */
const seesAs = (row: Openness, party: CurrentParty, now: Date): CurrentParty['as'] =>
  party.as === 'facility' && party.refers === true && !detailsOpen(row, now) ? 'referrer' : party.as;

/** How far a party sees into a referral, and by what name its service goes there; a supervisor is told of none. */
export function sightOf(
  row: Openness & Pick<ReferralRow, 'service' | 'needCategory'>,
  party: CurrentParty,
  now: Date,
): Pick<Referral, 'view' | 'service'> {
  switch (seesAs(row, party, now)) {
    case 'supervisor':
      return { view: 'supervisor' };
    case 'referrer':
      return { view: 'referrer', service: row.service };
    case 'successor':
      return { view: 'proposal', service: serviceInTriage(row) };
    case 'facility':
      return detailsOpen(row, now)
        ? { view: 'details', service: row.service }
        : { view: 'triage', service: serviceInTriage(row) };
  }
}

/** What is shown of a referral beside its row. */
export interface Beside {
  receipts: readonly ReceiptRow[];
  /** Earlier tasks, oldest first. */
  tasks?: readonly TaskRow[];
  /** What else is open there of the person to the same service; absent where it was not asked. */
  doubles?: readonly Pick<ReferralRow, 'id' | 'number'>[];
  now: Date;
}

/**
 * The referral as one party may see it. A facility sees what helps it to decide, then the details; a referrer sees what it sent
 * and, of what came of it, only whether the person was seen and served, and while sharing is closed not even that; of what another
 * has sent whose referral it was before, nothing clinical unless they provide health care; a supervisor
 * sees states, times and codes; a facility from which it was taken away sees how its own part ended.
 */
export function viewOf(row: ShownRow, party: ClientParty, { receipts, tasks = [], doubles, now }: Beside): Referral {
  if (party.as === 'former') return formerView(row, party);
  const frame =
    party.as === 'supervisor' || party.as === 'successor'
      ? frameOf(asTold(row), party, now)
      : { ...frameOf(row, party, now), deskId: row.deskId };
  const endedTasks = tasks.map(endedTaskOf);
  // Read for whose task it is alone, also where they refer to themselves and see as who refers does.
  const others = doubles && { otherOpenReferrals: doubles.map(({ id, number }) => ({ id, number })) };
  switch (seesAs(row, party, now)) {
    case 'supervisor':
      return {
        ...frame,
        ...(party.as === 'supervisor' && party.of.includes('referrer') ? proposalOf(row, now) : {}),
        view: 'supervisor',
        outcome: sharingIsClosed(row, now) ? null : codesOf(row),
        endedTasks,
        receipts: receiptsOf(
          row,
          receipts.filter(({ eventType }) => !isToldByTime(row, eventType)),
        ),
      };
    case 'referrer':
      return {
        ...frame,
        ...triageOf(row, row.service),
        ...proposalOf(row, now),
        ...others,
        view: 'referrer',
        result: sharingIsClosed(row, now)
          ? null
          : resultOf(row, { withFollowUp: row.consentPurposes.includes('follow-up') }),
        ...(mayHearFindings(row, now) ? { outcome: outcomeOf(row) } : {}),
        needMet: row.needMet,
        endedTasks,
        receipts: receiptsOf(row, receipts),
        details: {
          ...detailsForReferrer(row),
          ...(sharingIsClosed(row, now) ? { instructions: null } : {}),
        },
      };
    case 'successor':
      return { ...frame, ...triageOf(row, serviceInTriage(row)), view: 'proposal', responsible: null };
    case 'facility': {
      const open = detailsOpen(row, now);
      const refers = party.as === 'facility' && party.refers === true;
      const triage = triageOf(row, open ? row.service : serviceInTriage(row));
      if (!open) return { ...frame, ...triage, ...others, view: 'triage' };
      return {
        ...frame,
        ...triage,
        ...others,
        view: 'details',
        result: resultOf(row, { withFollowUp: true }),
        outcome: outcomeOf(row),
        details: { ...detailsForFacility(row), ...(refers ? { reference: row.reference } : {}) },
      };
    }
  }
}

/** Who is asked to take the case over, while they still may. */
const proposalOf = (row: ShownRow, now: Date): Pick<Referral, 'proposedTo'> =>
  row.transferOrganisationId !== null && isProposed(row, now) ? { proposedTo: row.transferOrganisationId } : {};

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

function frameOf(row: ShownRow, party: CurrentParty, now: Date): Omit<Referral, 'view'> {
  return {
    id: row.id,
    version: row.version,
    number: row.number,
    state: row.state,
    previousState: row.previousState,
    allowedActions: allowedActions(row, actingAs(party), now),
    taskId: row.taskId,
    taskNumber: row.taskNumber,
    priority: row.priority,
    referrerOrganisationId: row.referrerOrganisationId,
    facilityId: row.facilityId,
    facilityOrganisationId: row.facilityOrganisationId,
    sharingStopped: sharingIsOver(row, now),
    consentUnconfirmed: row.consentUnconfirmedSince !== null,
    reasonCode: row.reasonCode,
    responsible: row.responsible,
    walkIn: row.walkIn,
    appointmentAt: iso(row.appointmentAt),
    noShows: row.noShows,
    dueAt: iso(row.dueAt),
    overdue: row.dueAt !== null && row.dueAt < now,
    sentAt: iso(row.sentAt),
    createdAt: row.createdAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
  };
}

/**
 * Of the referral, what stood when the task ended, at the version by which it did: of where it went then, and that anything went on, nothing.
 * Of the row as it is now, it tells what never changes.
 */
const formerView = (row: ShownRow, { task, supervises }: Extract<ClientParty, { as: 'former' }>): Referral => ({
  id: row.id,
  version: task.endedVersion ?? 1,
  number: row.number,
  view: 'former',
  state: task.state,
  previousState: null,
  allowedActions: [],
  taskId: task.id,
  taskNumber: task.number,
  priority: supervises ? toldOfTask(task) : task.priority,
  referrerOrganisationId: task.referrerOrganisationId ?? row.referrerOrganisationId,
  facilityId: task.facilityId,
  facilityOrganisationId: task.facilityOrganisationId,
  ...(supervises ? {} : { deskId: task.deskId }),
  sharingStopped: true,
  consentUnconfirmed: false,
  reasonCode: task.reasonCode,
  responsible: null,
  walkIn: false,
  appointmentAt: null,
  noShows: 0,
  dueAt: null,
  overdue: false,
  sentAt: iso(task.sentAt),
  createdAt: row.createdAt.toISOString(),
  changedAt: task.endedAt.toISOString(),
});

const endedTaskOf = (task: TaskRow): EndedTask => ({
  taskId: task.id,
  facilityId: task.facilityId,
  facilityOrganisationId: task.facilityOrganisationId,
  state: task.state,
  reasonCode: task.reasonCode,
  sentAt: iso(task.sentAt),
  endedAt: task.endedAt.toISOString(),
});

/** An offering of a confidential service would give its name away, so its id is left out with it. */
function triageOf(row: ShownRow, service: string): Partial<Referral> {
  return {
    ...(service === row.service ? { offeringId: row.offeringId } : {}),
    service,
    ageBand: row.ageBand,
    language: row.language,
    accessRequirements: row.accessRequirements,
    districtId: row.districtId,
  };
}

/** Of the deliveries, those to the facility: whether the one who must answer was told. */
function receiptsOf(row: ShownRow, receipts: readonly ReceiptRow[]): NonNullable<Referral['receipts']> {
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
