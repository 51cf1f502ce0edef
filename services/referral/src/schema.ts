import type {
  AccessRequirement,
  AgeBand,
  BarrierCode,
  DataCategory,
  ConsentPurpose,
  FacilityKind,
  FeedbackKind,
  FurtherReferral,
  Language,
  Minor,
  NeedCategory,
  OrganisationKind,
  OutcomeCode,
  PlanningSession,
  Priority,
  ProviderPreference,
  ReferralState,
  RejectionCode,
  SafeContact,
} from '@rohnamo/contracts';
import { bytea, instant, version } from '@rohnamo/journal/schema';
import { type SQL, sql, type SQLWrapper } from 'drizzle-orm';
import { bigint, boolean, date, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Tellable } from './refer/triage.ts';
import type { ScoredScreening } from './screening/score.ts';
import { countedReferral } from './statistics/counted.ts';
import { openWork, toldUrgencyColumns, urgencyColumns } from './worklist/indexed.ts';

export * from '@rohnamo/journal/schema';
export * from './read-model/schema.ts';
export * from './refer/schema.ts';

/** What was told to help, beside what has a column of its own; null where nothing was. */
export interface ReferralForm {
  psychologicalFirstAid: boolean | null;
  returnCountry: string | null;
  returnedOn: string | null;
  treatmentInterrupted: string | null;
  planningSession: PlanningSession | null;
  restrictedNotes: string | null;
  minor: Minor | null;
  /** Absent where there are none. */
  screenings?: ScoredScreening[];
}

/** How a task went, which closing it or beginning the next one does not change: what is counted. */
const taskCourse = () => ({
  /** The person came before they were referred. */
  walkIn: boolean('walk_in').notNull(),
  noShows: integer('no_shows').notNull(),
  /** Why the person could not be taken there; null: nobody said so. */
  rejectionCode: text('rejection_code').$type<RejectionCode>(),
  outcome: text('outcome').$type<OutcomeCode>(),
  barrier: text('barrier').$type<BarrierCode>(),
  needMet: boolean('need_met'),
  // When each step was first taken; null where it was not.
  sentAt: instant('sent_at'),
  acknowledgedAt: instant('acknowledged_at'),
  acceptedAt: instant('accepted_at'),
  startedAt: instant('started_at'),
  completedAt: instant('completed_at'),
  rejectedAt: instant('rejected_at'),
  cancelledAt: instant('cancelled_at'),
  expiredAt: instant('expired_at'),
  closedAt: instant('closed_at'),
});

/** Whether a task takes a place of its offering: the person was taken on, and it has not ended. In literals, so that an index can serve it. */
export const isTakenOnNow = ({ state, previousState }: Record<'state' | 'previousState', SQLWrapper>): SQL =>
  sql`(${state} in ('accepted', 'scheduled', 'no_show', 'in_service') or (${state} = 'cancel_requested' and ${previousState} in ('accepted', 'scheduled', 'no_show', 'in_service')))`;

/** Whether something is still to come of a task that was sent. In literals, so that an index can serve it. */
export const isOpenNow = ({ state }: Record<'state', SQLWrapper>): SQL =>
  sql`${state} in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested')`;

/** Whether another organisation is asked to take the case over. */
const isProposed = ({ transferOrganisationId }: Record<'transferOrganisationId', SQLWrapper>): SQL =>
  sql`${transferOrganisationId} is not null`;

/** A referral with its current task. */
export const referral = pgTable(
  'referral',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    number: text('number').notNull(),
    state: text('state').$type<ReferralState>().notNull(),
    previousState: text('previous_state').$type<ReferralState>(),
    taskId: uuid('task_id').notNull(),
    /**
     * Whose second open referral of the person to that service there would be a double; null: the referring organisation's. Of a walk-in its
     * desk or facility; the referral itself where others than who refers now have brought the task where it is, so that it is nobody's double.
     */
    onceBy: uuid('once_by'),
    /** 1 for the first attempt. Earlier ones are in {@link task}. */
    taskNumber: integer('task_number').notNull(),
    priority: text('priority').$type<Priority>().notNull(),
    beneficiaryId: uuid('beneficiary_id').notNull(),
    /** The referral by which the person came to whoever refers now; null: they have registered the person. */
    onwardOf: uuid('onward_of'),
    /** Who wrote it, where it has been given to another organisation since; null: whoever refers now. */
    writtenBy: uuid('written_by'),
    consentId: uuid('consent_id').notNull(),
    referrerOrganisationId: uuid('referrer_organisation_id').notNull(),
    referrerKind: text('referrer_kind').$type<OrganisationKind>().notNull(),
    facilityId: uuid('facility_id').notNull(),
    facilityOrganisationId: uuid('facility_organisation_id').notNull(),
    /** null of a referral that was sent before it was kept. */
    facilityKind: text('facility_kind').$type<FacilityKind>(),
    /** The desk whose it is; null: the whole facility's. */
    deskId: uuid('desk_id'),
    /** Who of the facility sees to it: an opaque staff id. */
    responsible: text('responsible'),
    offeringId: uuid('offering_id').notNull(),
    service: text('service').notNull(),
    needCategory: text('need_category').$type<NeedCategory>().notNull(),
    ageBand: text('age_band').$type<AgeBand>().notNull(),
    language: text('language').$type<Language>().notNull(),
    accessRequirements: text('access_requirements').array().$type<AccessRequirement[]>().notNull(),
    districtId: text('district_id'),
    /** Which of these the referral says itself, whatever is registered; null of one that was written before it was kept. */
    toldTriage: text('told_triage').array().$type<Tellable[]>(),
    safeContact: jsonb('safe_contact').$type<SafeContact>().notNull(),
    reference: text('reference'),
    reason: text('reason'),
    servicesAlreadyGiven: text('services_already_given'),
    interpreter: text('interpreter').$type<Language>(),
    providerPreferred: text('provider_preferred').$type<ProviderPreference>(),
    form: jsonb('form').$type<ReferralForm>(),
    /** Purposes of the consent that it stands on: what may go back depends on them. */
    consentPurposes: text('consent_purposes').array().$type<ConsentPurpose[]>().notNull(),
    /** Data categories of that consent: what opens of the person depends on them. null of a referral that was sent before this was kept, of whose consent there is no copy. */
    consentCategories: text('consent_categories').array().$type<DataCategory[]>(),
    /** When that consent ends; null: only by being withdrawn. */
    consentEndsAt: instant('consent_ends_at'),
    sharingStopped: boolean('sharing_stopped').notNull(),
    /** When the person was taken on without the registry's word that the consent stands; null: it has said so, or they were not, or before this was asked. */
    consentUnconfirmedSince: instant('consent_unconfirmed_since'),
    /** When it is asked for that word again. */
    consentAskAt: instant('consent_ask_at'),
    reasonCode: text('reason_code'),
    appointmentAt: instant('appointment_at'),
    instructions: text('instructions'),
    question: text('question'),
    answer: text('answer'),
    attended: boolean('attended').notNull(),
    findings: text('findings'),
    nextSteps: text('next_steps'),
    followUpOn: date('follow_up_on'),
    furtherReferral: jsonb('further_referral').$type<FurtherReferral>(),
    createdAt: instant('created_at').notNull(),
    changedAt: instant('changed_at').notNull(),
    ...taskCourse(),
    enteredStateAt: instant('entered_state_at').notNull(),
    // When each side last did something about the current task; null: nothing yet.
    referrerActedAt: instant('referrer_acted_at'),
    facilityActedAt: instant('facility_acted_at'),
    supervisorActedAt: instant('supervisor_acted_at'),
    /** When the next answer is due from whoever must give it. */
    dueAt: instant('due_at'),
    /** What is told of priority and due time to whoever may not know the need, where it is not what they are: see lifecycle/told-priority.ts. */
    toldPriority: text('told_priority').$type<Priority>(),
    toldDueAt: instant('told_due_at'),
    /** Which organisation is asked to take the case over, what it is, and by which consent of the person; null: none. */
    transferOrganisationId: uuid('transfer_organisation_id'),
    transferKind: text('transfer_kind').$type<OrganisationKind>(),
    transferConsentId: uuid('transfer_consent_id'),
    /** When that consent ends, and the question with it; null: only by being withdrawn. */
    transferConsentEndsAt: instant('transfer_consent_ends_at'),
    /** How many steps of silence it has been through in this state: see lifecycle/time-limits.ts. */
    silenceSteps: integer('silence_steps').notNull(),
    /** When the system must look at it by itself. */
    wakeAt: instant('wake_at'),
  },
  (table) => [
    uniqueIndex('referral_number').on(table.number),
    uniqueIndex('referral_open_once')
      .on(
        table.beneficiaryId,
        table.facilityId,
        table.service,
        sql`(coalesce(${table.onceBy}, ${table.referrerOrganisationId}))`,
      )
      .where(isOpenNow(table)),
    index('referral_of_referrer').on(table.referrerOrganisationId, table.createdAt, table.id),
    index('referral_received_by_facility')
      .on(table.facilityOrganisationId, table.facilityId, table.createdAt, table.id)
      .where(sql`${table.sentAt} is not null`),
    index('referral_of_facility_organisation').on(table.facilityOrganisationId, table.createdAt, table.id),
    index('referral_of_consent').on(table.consentId),
    index('referral_proposed_to').on(table.transferOrganisationId, table.createdAt, table.id).where(isProposed(table)),
    index('referral_proposed_by').on(table.referrerOrganisationId, table.createdAt, table.id).where(isProposed(table)),
    index('referral_proposed_under').on(table.transferConsentId).where(isProposed(table)),
    // All that statistics ask of a referral, so that they are counted without reading any.
    index('referral_counted')
      .on(
        table.sentAt,
        table.facilityId,
        table.districtId,
        table.priority,
        table.referrerOrganisationId,
        table.facilityOrganisationId,
        table.outcome,
        table.needMet,
        table.noShows,
        table.rejectionCode,
        table.barrier,
        table.acknowledgedAt,
        table.acceptedAt,
        table.startedAt,
        table.completedAt,
        table.cancelledAt,
        table.expiredAt,
        table.closedAt,
      )
      .where(sql.raw(countedReferral)),
    index('referral_in_error')
      .on(table.id)
      .where(sql`${table.state} = 'entered_in_error'`),
    uniqueIndex('referral_single_use_of_consent')
      .on(table.consentId)
      .where(sql`${table.needCategory} in ('sexual-violence', 'trafficking')`),
    index('referral_taken_on').on(table.offeringId).where(isTakenOnNow(table)),
    index('referral_answered')
      .on(table.facilityId, table.acknowledgedAt)
      .where(sql`${table.acknowledgedAt} is not null`),
    index('referral_wake')
      .on(table.wakeAt)
      .where(sql`${table.wakeAt} is not null`),
    index('referral_work_of_facility')
      .on(table.facilityId, ...urgencyColumns(table))
      .where(openWork.facility(table)),
    index('referral_work_of_facility_organisation')
      .on(table.facilityOrganisationId, ...toldUrgencyColumns(table))
      .where(openWork.supervisor(table)),
    index('referral_work_of_referrer_supervisor')
      .on(table.referrerOrganisationId, ...toldUrgencyColumns(table))
      .where(openWork.supervisor(table)),
    index('referral_work_of_referrer')
      .on(table.referrerOrganisationId, ...urgencyColumns(table))
      .where(openWork.referrer(table)),
  ],
);
export type ReferralRow = typeof referral.$inferSelect;

/** A task that has ended because another began, or was to. Never changed. */
export const task = pgTable(
  'task',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    referralId: uuid('referral_id').notNull(),
    number: integer('number').notNull(),
    state: text('state').$type<ReferralState>().notNull(),
    reasonCode: text('reason_code'),
    priority: text('priority').$type<Priority>().notNull(),
    needCategory: text('need_category').$type<NeedCategory>().notNull(),
    facilityId: uuid('facility_id').notNull(),
    facilityOrganisationId: uuid('facility_organisation_id').notNull(),
    deskId: uuid('desk_id'),
    offeringId: uuid('offering_id').notNull(),
    districtId: text('district_id'),
    /** Who referred, and the version of the referral by which it ended: all that whose it was is shown for good. null of one that ended before they were kept. */
    referrerOrganisationId: uuid('referrer_organisation_id'),
    endedVersion: bigint('ended_version', { mode: 'number' }),
    ...taskCourse(),
    endedAt: instant('ended_at').notNull(),
  },
  (table) => [
    index('task_of_referral').on(table.referralId, table.number),
    index('task_sent_at').on(table.sentAt),
    index('task_answered')
      .on(table.facilityId, table.acknowledgedAt)
      .where(sql`${table.acknowledgedAt} is not null`),
  ],
);
export type TaskRow = typeof task.$inferSelect;

/** Something that referrer and facility said to one another. */
export const message = pgTable(
  'message',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    referralId: uuid('referral_id').notNull(),
    /** The task in which it was said: the next facility does not read what was said to the one before. */
    taskId: uuid('task_id').notNull(),
    by: text('by').$type<'referrer' | 'facility'>().notNull(),
    organisationId: uuid('organisation_id').notNull(),
    actingPerson: text('acting_person'),
    text: text('text').notNull(),
    /** Whether the person's details were open to the facility: once they are not, it reads no more of what was said then. */
    detailsOpen: boolean('details_open').notNull(),
    sentAt: instant('sent_at').notNull(),
  },
  (table) => [index('message_of_referral').on(table.referralId, table.id)],
);
export type MessageRow = typeof message.$inferSelect;

/** A slip that was printed. What its token says is known to nobody who has this table: it holds hashes. */
export const slip = pgTable(
  'slip',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    referralId: uuid('referral_id').notNull(),
    /** The task that it leads to: once another has begun, it names the wrong place. */
    taskId: uuid('task_id').notNull(),
    /** SHA-256 of the token. */
    tokenHash: bytea('token_hash').notNull(),
    /** SHA-256 of the token and the birth year; null where the year is not known. */
    proofHash: bytea('proof_hash'),
    issuedAt: instant('issued_at').notNull(),
    /** The consent that the person has withdrawn by this slip, and when; null: none. */
    withdrawnConsentId: uuid('withdrawn_consent_id'),
    withdrawnAt: instant('withdrawn_at'),
    /** When the registry is told of it, for the first time or again; null: there is nothing to tell. */
    tellRegistryAt: instant('tell_registry_at'),
  },
  (table) => [
    uniqueIndex('slip_token').on(table.tokenHash),
    index('slip_to_tell')
      .on(table.tellRegistryAt)
      .where(sql`${table.tellRegistryAt} is not null`),
  ],
);
export type SlipRow = typeof slip.$inferSelect;

/** What a person said of how they were served. For supervisors, never for those of whom it is said. */
export const feedback = pgTable(
  'feedback',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    referralId: uuid('referral_id').notNull(),
    taskId: uuid('task_id').notNull(),
    referrerOrganisationId: uuid('referrer_organisation_id').notNull(),
    facilityOrganisationId: uuid('facility_organisation_id').notNull(),
    kind: text('kind').$type<FeedbackKind>().notNull(),
    barrier: text('barrier').$type<BarrierCode>(),
    givenAt: instant('given_at').notNull(),
  },
  (table) => [
    index('feedback_of_referrer').on(table.referrerOrganisationId, table.givenAt, table.id),
    index('feedback_of_facility').on(table.facilityOrganisationId, table.givenAt, table.id),
    index('feedback_of_referral').on(table.referralId),
  ],
);
export type FeedbackRow = typeof feedback.$inferSelect;
