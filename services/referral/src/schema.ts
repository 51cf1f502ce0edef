import type {
  AccessRequirement,
  AgeBand,
  BarrierCode,
  ConsentPurpose,
  ConsentState,
  DataCategory,
  DeliveryState,
  Facility,
  Language,
  NeedCategory,
  Offering,
  OutcomeCode,
  Priority,
  ProviderPreference,
  ReferralState,
  SafeContact,
} from '@rohnamo/contracts';
import { instant } from '@rohnamo/journal/schema';
import { sql } from 'drizzle-orm';
import { bigint, boolean, date, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export * from '@rohnamo/journal/schema';

const version = () => bigint('version', { mode: 'number' }).notNull();

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
    priority: text('priority').$type<Priority>().notNull(),
    beneficiaryId: uuid('beneficiary_id').notNull(),
    consentId: uuid('consent_id').notNull(),
    referrerOrganisationId: uuid('referrer_organisation_id').notNull(),
    facilityId: uuid('facility_id').notNull(),
    facilityOrganisationId: uuid('facility_organisation_id').notNull(),
    offeringId: uuid('offering_id').notNull(),
    service: text('service').notNull(),
    needCategory: text('need_category').$type<NeedCategory>().notNull(),
    ageBand: text('age_band').$type<AgeBand>().notNull(),
    language: text('language').$type<Language>().notNull(),
    accessRequirements: text('access_requirements').array().$type<AccessRequirement[]>().notNull(),
    districtId: text('district_id'),
    safeContact: jsonb('safe_contact').$type<SafeContact>().notNull(),
    reference: text('reference'),
    reason: text('reason'),
    servicesAlreadyGiven: text('services_already_given'),
    interpreter: text('interpreter').$type<Language>(),
    providerPreferred: text('provider_preferred').$type<ProviderPreference>(),
    sharingStopped: boolean('sharing_stopped').notNull(),
    reasonCode: text('reason_code'),
    appointmentAt: instant('appointment_at'),
    instructions: text('instructions'),
    question: text('question'),
    answer: text('answer'),
    attended: boolean('attended').notNull(),
    outcome: text('outcome').$type<OutcomeCode>(),
    findings: text('findings'),
    nextSteps: text('next_steps'),
    followUpOn: date('follow_up_on'),
    barrier: text('barrier').$type<BarrierCode>(),
    needMet: boolean('need_met'),
    createdAt: instant('created_at').notNull(),
    changedAt: instant('changed_at').notNull(),
    sentAt: instant('sent_at'),
    enteredStateAt: instant('entered_state_at').notNull(),
    closedAt: instant('closed_at'),
    /** When the next answer is due from whoever must give it. */
    dueAt: instant('due_at'),
    /** When the system must look at it by itself. */
    wakeAt: instant('wake_at'),
  },
  (table) => [
    uniqueIndex('referral_number').on(table.number),
    uniqueIndex('referral_open_once')
      .on(table.beneficiaryId, table.facilityId, table.service)
      .where(
        sql`${table.state} in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested')`,
      ),
    index('referral_of_referrer').on(table.referrerOrganisationId, table.id),
    index('referral_of_facility').on(table.facilityId, table.id),
    index('referral_of_facility_organisation').on(table.facilityOrganisationId, table.id),
    index('referral_of_consent').on(table.consentId),
    index('referral_wake')
      .on(table.wakeAt)
      .where(sql`${table.wakeAt} is not null`),
  ],
);
export type ReferralRow = typeof referral.$inferSelect;

/** What the registry says of a person's triage profile; asked when first needed, stale once the person has changed. */
export const person = pgTable('person', {
  id: uuid('id').primaryKey(),
  version: version(),
  stale: boolean('stale').notNull(),
  organisationId: uuid('organisation_id').notNull(),
  ageBand: text('age_band').$type<AgeBand>().notNull(),
  language: text('language').$type<Language>().notNull(),
  accessRequirements: text('access_requirements').array().$type<AccessRequirement[]>().notNull(),
  districtId: text('district_id'),
});
export type PersonRow = typeof person.$inferSelect;

/** A consent as the registry had it. Without data categories: only its withdrawal was heard of. */
export const consent = pgTable('consent', {
  id: uuid('id').primaryKey(),
  version: version(),
  beneficiaryId: uuid('beneficiary_id').notNull(),
  state: text('state').$type<ConsentState>().notNull(),
  purposes: text('purposes').array().$type<ConsentPurpose[]>().notNull(),
  recipientOrganisationId: uuid('recipient_organisation_id').notNull(),
  dataCategories: text('data_categories').array().$type<DataCategory[]>(),
  endsAt: instant('ends_at'),
});
export type ConsentRow = typeof consent.$inferSelect;

/** A facility's public record, as the directory last told it. */
export const facility = pgTable('facility', {
  id: uuid('id').primaryKey(),
  version: version(),
  record: jsonb('record').$type<Facility>().notNull(),
});

/** An offering's public record, as the directory last told it. */
export const offering = pgTable('offering', {
  id: uuid('id').primaryKey(),
  version: version(),
  record: jsonb('record').$type<Offering>().notNull(),
});

/** Whether a party's system was told of an event: as notifications last said. */
export const receipt = pgTable(
  'receipt',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    referralId: uuid('referral_id').notNull(),
    organisationId: uuid('organisation_id').notNull(),
    eventType: text('event_type').notNull(),
    state: text('state').$type<DeliveryState>().notNull(),
    attempts: integer('attempts').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [index('receipt_of_referral').on(table.referralId)],
);
export type ReceiptRow = typeof receipt.$inferSelect;
