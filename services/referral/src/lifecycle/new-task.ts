import type { Facility, Offering, ReferralState } from '@rohnamo/contracts';
import type { ConsentRow, ReferralRow, TaskRow } from '../schema.ts';
import { undecidedStates } from './states.ts';

/** Where a task is done, and the consent under which the person is told of there. */
export type Place = Pick<
  ReferralRow,
  | 'consentId'
  | 'consentPurposes'
  | 'consentCategories'
  | 'consentEndsAt'
  | 'facilityId'
  | 'facilityOrganisationId'
  | 'facilityKind'
  | 'deskId'
  | 'offeringId'
  | 'service'
>;

/** The next task. */
export interface Target {
  taskId: string;
  place: Place;
}

/** Where a referral on these grounds is done. */
export const placeOn = ({
  facility,
  offering,
  consent,
}: {
  facility: Facility;
  offering: Offering;
  consent: Pick<ConsentRow, 'id' | 'purposes' | 'dataCategories' | 'endsAt'>;
}): Place => ({
  consentId: consent.id,
  consentPurposes: consent.purposes,
  consentCategories: consent.dataCategories,
  consentEndsAt: consent.endsAt,
  facilityId: facility.id,
  facilityOrganisationId: facility.organisationId,
  facilityKind: facility.kind,
  deskId: offering.deskId ?? null,
  offeringId: offering.id,
  service: offering.service,
});

/** Where the current task of a referral is done. */
export const placeOf = (row: ReferralRow): Place => ({
  consentId: row.consentId,
  consentPurposes: row.consentPurposes,
  consentCategories: row.consentCategories,
  consentEndsAt: row.consentEndsAt,
  facilityId: row.facilityId,
  facilityOrganisationId: row.facilityOrganisationId,
  facilityKind: row.facilityKind,
  deskId: row.deskId,
  offeringId: row.offeringId,
  service: row.service,
});

/**
 * Whether a referral that goes there goes on: a facility passes it on to another one, a referrer sends what is open to another
 * offering. Where it is already, nothing would begin anew but its time limits.
 */
export const goesOn = (
  row: Pick<ReferralRow, 'state' | 'facilityId' | 'offeringId'>,
  action: 'redirect' | 'reroute',
  to: Pick<Place, 'facilityId' | 'offeringId'>,
): boolean =>
  action === 'redirect'
    ? to.facilityId !== row.facilityId
    : to.offeringId !== row.offeringId || !undecidedStates.includes(row.state);

/** The task that ends as another begins. One that was still open ends by being passed on, which is an answer where the facility does it. */
export function endedTask(row: ReferralRow, { state, now }: { state: 'redirected' | 'same'; now: Date }): TaskRow {
  const isOver = (['rejected', 'expired', 'cancelled', 'closed'] as ReferralState[]).includes(row.state);
  const isRedirected = !isOver && state === 'redirected';
  const isRerouted = !isOver && state === 'same';
  return {
    id: row.taskId,
    version: 1,
    referralId: row.id,
    number: row.taskNumber,
    state: isRedirected ? 'redirected' : isRerouted ? 'cancelled' : row.state,
    reasonCode: isRedirected ? 'redirected' : isRerouted ? 'rerouted' : row.reasonCode,
    priority: row.priority,
    needCategory: row.needCategory,
    facilityId: row.facilityId,
    facilityOrganisationId: row.facilityOrganisationId,
    deskId: row.deskId,
    offeringId: row.offeringId,
    districtId: row.districtId,
    referrerOrganisationId: row.referrerOrganisationId,
    endedVersion: row.version + 1,
    walkIn: row.walkIn,
    noShows: row.noShows,
    rejectionCode: row.rejectionCode,
    outcome: row.outcome,
    barrier: row.barrier,
    needMet: row.needMet,
    sentAt: row.sentAt,
    acknowledgedAt: row.acknowledgedAt ?? (isRedirected ? now : null),
    acceptedAt: row.acceptedAt,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
    rejectedAt: row.rejectedAt,
    cancelledAt: isRerouted ? now : row.cancelledAt,
    expiredAt: row.expiredAt,
    closedAt: row.closedAt,
    endedAt: isOver ? row.enteredStateAt : now,
  };
}

/** Nothing has been done of a task yet. */
export const untouched = {
  onceBy: null,
  responsible: null,
  walkIn: false,
  sharingStopped: false,
  consentUnconfirmedSince: null,
  consentAskAt: null,
  reasonCode: null,
  appointmentAt: null,
  instructions: null,
  question: null,
  answer: null,
  attended: false,
  noShows: 0,
  rejectionCode: null,
  outcome: null,
  findings: null,
  nextSteps: null,
  followUpOn: null,
  barrier: null,
  furtherReferral: null,
  needMet: null,
  sentAt: null,
  acknowledgedAt: null,
  acceptedAt: null,
  startedAt: null,
  completedAt: null,
  rejectedAt: null,
  cancelledAt: null,
  expiredAt: null,
  closedAt: null,
  referrerActedAt: null,
  facilityActedAt: null,
  supervisorActedAt: null,
  silenceSteps: 0,
} as const satisfies Partial<ReferralRow>;

/**
 * What begins anew with the next task: everything but the person, the need and who refers. What a facility passes on to where it may not
 * see what there is already is nobody's double.
 */
export const openedTask = (
  row: ReferralRow,
  target: Target,
  { isPassedOn }: { isPassedOn: boolean },
): Partial<ReferralRow> => ({
  ...untouched,
  ...target.place,
  onceBy: isPassedOn ? row.id : null,
  taskId: target.taskId,
  taskNumber: row.taskNumber + 1,
});
