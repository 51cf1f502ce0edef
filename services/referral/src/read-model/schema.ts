import type {
  AccessRequirement,
  AgeBand,
  ConsentPurpose,
  ConsentState,
  DataCategory,
  DeliveryState,
  Facility,
  Language,
  Offering,
} from '@rohnamo/contracts';
import { instant, version } from '@rohnamo/journal/schema';
import { boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';

/**
 * What the registry says of a person's triage profile; asked when first needed, stale once the person has changed. The age band
 * changes on a birthday, of which nobody tells: it is so on the day on which it was asked for.
 */
export const person = pgTable('person', {
  id: uuid('id').primaryKey(),
  version: version(),
  stale: boolean('stale').notNull(),
  /** null of a copy that was made before it was kept. */
  askedAt: instant('asked_at'),
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
  /** Who recorded it, and where: it is for those who work there. null of a copy that was made before it was kept. */
  organisationId: uuid('organisation_id'),
  facilityIds: uuid('facility_ids').array(),
  deskIds: uuid('desk_ids').array(),
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
