import type {
  AccessRequirement,
  ConsentGiver,
  ConsentMethod,
  ConsentPurpose,
  ConsentState,
  DataCategory,
  HeldReason,
  HeldRowState,
  IntakeState,
  Language,
  RowDifference,
  RowOutcome,
  RowWarning,
  Sex,
  TakenBack,
} from '@rohnamo/contracts';
import type { Actor } from '@rohnamo/journal';
import { bytea, instant, version } from '@rohnamo/journal/schema';
import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { BeforeRow, Foreseen } from './intake/kept.ts';
import type { SourceMemory } from './intake/source-memory.ts';
import type { StagedRow } from './intake/staged-row.ts';
import type { Identity } from './person/identity.ts';
import type { PersonDetails } from './person/view.ts';
import type { TakeBack } from './intake/take-back/state.ts';

export * from '@rohnamo/journal/schema';

/** A registered person. Whoever registered them is the only organisation that sees the row. */
export const beneficiary = pgTable(
  'beneficiary',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    organisationId: uuid('organisation_id').notNull(),
    sourceSystem: text('source_system'),
    externalId: text('external_id'),
    givenName: text('given_name').notNull(),
    familyName: text('family_name').notNull(),
    fatherName: text('father_name'),
    sex: text('sex').$type<Sex>().notNull(),
    /** `1994-03-21`, or `1994` where only the year is known. */
    birthDate: text('birth_date'),
    phone: text('phone'),
    language: text('language').$type<Language>().notNull(),
    accessRequirements: text('access_requirements').array().$type<AccessRequirement[]>().notNull(),
    districtId: text('district_id'),
    village: text('village'),
    returnCountry: text('return_country'),
    returnedOn: text('returned_on'),
    registeredAt: instant('registered_at').notNull(),
    /** SHA-256 of the last intake row that was written down of this person. Decides only where `sourceMemory` is null. */
    rowDigest: bytea('row_digest'),
    /** The batch that it came in; null of a row that was taken before this was kept. */
    rowBatchId: uuid('row_batch_id'),
    /** In hexadecimal, those of the rows that came before it in the same batch; no longer written. */
    earlierRowDigests: text('earlier_row_digests').array(),
    /** What the source system has said of this person: saying it again is no news. Null where no row was taken since this is kept. */
    sourceMemory: jsonb('source_memory').$type<SourceMemory>(),
    /** Who the person was before intake rows changed that; null where none has since somebody last said who they are. */
    identityBeforeRows: jsonb('identity_before_rows').$type<Identity>(),
    /** When somebody last confirmed that the person is who consented before that; null where who they are has changed since, or nobody has. */
    identityConfirmedAt: instant('identity_confirmed_at'),
    /** Whether another person of the organisation has the same external identity but for case: known before these were compared so. */
    isKeptApart: boolean('is_kept_apart').notNull().default(false),
    /** When the batch that registered them was taken back: from then on they exist for nobody, and nothing is known of them. */
    takenBackAt: instant('taken_back_at'),
  },
  (table) => [
    uniqueIndex('beneficiary_external_folded')
      .on(table.organisationId, sql`fold_text(${table.sourceSystem})`, sql`fold_text(${table.externalId})`)
      .where(sql`${table.externalId} is not null and not ${table.isKeptApart}`),
    index('beneficiary_kept_apart')
      .on(table.organisationId, table.id)
      .where(sql`${table.isKeptApart}`),
    uniqueIndex('beneficiary_external')
      .on(table.organisationId, table.sourceSystem, table.externalId)
      .where(sql`${table.externalId} is not null`),
    index('beneficiary_looks')
      .on(table.organisationId, sql`fold_text(${table.sourceSystem})`, sql`look_text(${table.externalId})`)
      .where(sql`${table.externalId} is not null`),
  ],
);
export type BeneficiaryRow = typeof beneficiary.$inferSelect;

/**
 * What a person agreed to; `organisationId` is the one that recorded it, and the only one that sees the row, at the desk where it was recorded: it need not be the one
 * that registered the person, and what a facility refers onward for may be what it has found out.
 */
export const consent = pgTable(
  'consent',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    beneficiaryId: uuid('beneficiary_id').notNull(),
    organisationId: uuid('organisation_id').notNull(),
    /** Where it was recorded, by the token of who did: it is for those who work there. null: before this was kept, for all of the organisation. */
    facilityIds: uuid('facility_ids').array(),
    deskIds: uuid('desk_ids').array(),
    state: text('state').$type<ConsentState>().notNull(),
    purposes: text('purposes').array().$type<ConsentPurpose[]>().notNull(),
    recipientOrganisationId: uuid('recipient_organisation_id').notNull(),
    dataCategories: text('data_categories').array().$type<DataCategory[]>().notNull(),
    method: text('method').$type<ConsentMethod>().notNull(),
    givenBy: text('given_by').$type<ConsentGiver>().notNull(),
    giverName: text('giver_name'),
    bestInterestReason: text('best_interest_reason'),
    witness: text('witness'),
    languageRead: text('language_read').notNull(),
    textVersion: text('text_version').notNull(),
    endsAt: instant('ends_at'),
    givenAt: instant('given_at').notNull(),
    /** Who the person was when it was recorded; null of one that an older version recorded beside this one. */
    identity: jsonb('identity').$type<Identity>(),
    withdrawnAt: instant('withdrawn_at'),
  },
  (table) => [index('consent_of_beneficiary').on(table.beneficiaryId, table.id)],
);
export type ConsentRow = typeof consent.$inferSelect;

/** A bulk push, and how far it has got. */
export const intakeBatch = pgTable(
  'intake_batch',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    organisationId: uuid('organisation_id').notNull(),
    sourceSystem: text('source_system').notNull(),
    state: text('state').$type<IntakeState>().notNull(),
    rowsReceived: integer('rows_received').notNull(),
    /** Rows worked off: work goes on after this row. */
    rowsRead: integer('rows_read').notNull(),
    rowsRegistered: integer('rows_registered').notNull(),
    rowsUpdated: integer('rows_updated').notNull(),
    rowsUnchanged: integer('rows_unchanged').notNull(),
    rowsRefused: integer('rows_refused').notNull(),
    rowsHeld: integer('rows_held').notNull().default(0),
    /** Rows whose outcome was written down; fewer than were read where an earlier version worked some of them off. */
    rowsTold: integer('rows_told').notNull().default(0),
    /** Rows with a warning. */
    rowsWarned: integer('rows_warned').notNull().default(0),
    /** A preview: its rows do nothing but tell what they would do. */
    dryRun: boolean('dry_run').notNull().default(false),
    receivedAt: instant('received_at').notNull(),
    progressedAt: instant('progressed_at').notNull(),
    finishedAt: instant('finished_at'),
    /** Who pushed it: the actor of every change that its rows make. */
    actor: jsonb('actor').$type<Actor>().notNull(),
    traceparent: text('traceparent'),
    /** How far taking it back has got; null where nobody has asked for that. */
    takeBack: jsonb('take_back').$type<TakeBack>(),
  },
  (table) => [
    index('intake_batch_taking_back')
      .on(table.progressedAt)
      .where(sql`${table.takeBack} ->> 'state' = 'running'`),
    index('intake_batch_source').on(table.organisationId, sql`fold_text(${table.sourceSystem})`),
    index('intake_batch_open')
      .on(table.progressedAt)
      .where(sql`${table.finishedAt} is null`),
  ],
);
export type IntakeBatchRow = typeof intakeBatch.$inferSelect;

/** A system that an organisation has made known before it pushes from it. */
export const sourceSystem = pgTable(
  'source_system',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    organisationId: uuid('organisation_id').notNull(),
    /** As it was spelt; compared folded. */
    name: text('name').notNull(),
    registeredAt: instant('registered_at').notNull(),
  },
  (table) => [uniqueIndex('source_system_name').on(table.organisationId, sql`fold_text(${table.name})`)],
);
export type SourceSystemRow = typeof sourceSystem.$inferSelect;

/** A row that was not applied, for it might turn one person into another: somebody decides. One a person may wait at a time. */
export const heldRow = pgTable(
  'held_row',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    organisationId: uuid('organisation_id').notNull(),
    /** The batch and the row that said it last. */
    batchId: uuid('batch_id').notNull(),
    row: integer('row').notNull(),
    beneficiaryId: uuid('beneficiary_id').notNull(),
    sourceSystem: text('source_system').notNull(),
    externalId: text('external_id').notNull(),
    state: text('state').$type<HeldRowState>().notNull(),
    reasons: text('reasons').array().$type<HeldReason[]>().notNull(),
    /** What the rows say, the later over the earlier. */
    said: jsonb('said').$type<Partial<PersonDetails>>().notNull(),
    heldAt: instant('held_at').notNull(),
    decidedAt: instant('decided_at'),
    /** Whom it was registered as, where it was another person. */
    newBeneficiaryId: uuid('new_beneficiary_id'),
  },
  (table) => [
    uniqueIndex('held_row_waiting')
      .on(table.beneficiaryId)
      .where(sql`${table.state} = 'waiting'`),
    index('held_row_of_organisation')
      .on(table.organisationId, table.id)
      .where(sql`${table.state} = 'waiting'`),
  ],
);
export type HeldRow = typeof heldRow.$inferSelect;

/** Rows as they came, between upload and processing. No state: deleted as they are worked off. */
export const intakeRow = pgTable(
  'intake_row',
  {
    batchId: uuid('batch_id').notNull(),
    row: integer('row').notNull(),
    content: json('content').$type<StagedRow>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.batchId, table.row] })],
);

/** Why rows were refused: a report, without the values. */
export const intakeError = pgTable(
  'intake_error',
  {
    batchId: uuid('batch_id').notNull(),
    row: integer('row').notNull(),
    ordinal: integer('ordinal').notNull(),
    externalId: text('external_id'),
    field: text('field').notNull(),
    problem: text('problem').notNull(),
    remedy: text('remedy').notNull(),
  },
  (table) => [primaryKey({ columns: [table.batchId, table.row, table.ordinal] })],
);
export type IntakeErrorRow = typeof intakeError.$inferSelect;

/** What a row of a batch did, or in a preview would do: for a bounded time, with what it takes to put it back. */
export const intakeOutcome = pgTable(
  'intake_outcome',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    batchId: uuid('batch_id').notNull(),
    row: integer('row').notNull(),
    externalId: text('external_id'),
    outcome: text('outcome').$type<RowOutcome>().notNull(),
    /** Null of a refused row, and in a preview of whom it would register. */
    beneficiaryId: uuid('beneficiary_id'),
    /** The version at which the row left the person. */
    personVersion: integer('person_version'),
    /** What the row replaced, as far as it takes to put that back. */
    before: jsonb('before').$type<BeforeRow>(),
    differences: jsonb('differences').$type<RowDifference[]>(),
    reasons: text('reasons').array().$type<HeldReason[]>(),
    /** The held row that this one made, is laid over, or superseded. */
    heldRowId: uuid('held_row_id'),
    warnings: jsonb('warnings').$type<RowWarning[]>(),
    /** Of a preview: whom the row is about, by id or folded external id, and how it would leave them. */
    personKey: text('person_key'),
    foreseen: jsonb('foreseen').$type<Foreseen>(),
  },
  (table) => [
    uniqueIndex('intake_outcome_row').on(table.batchId, table.row),
    index('intake_outcome_person')
      .on(table.beneficiaryId, table.batchId, table.row)
      .where(sql`${table.beneficiaryId} is not null`),
    index('intake_outcome_foreseen')
      .on(table.batchId, table.personKey, table.row)
      .where(sql`${table.foreseen} is not null`),
    index('intake_outcome_looks')
      .on(table.batchId, sql`look_text(${table.externalId})`)
      .where(sql`${table.foreseen} is not null`),
  ],
);
export type IntakeOutcomeRow = typeof intakeOutcome.$inferSelect;

/** What became of a person when a batch whose rows speak of them was taken back. Forgotten with what its rows did. */
export const intakeTakeBack = pgTable(
  'intake_take_back',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    batchId: uuid('batch_id').notNull(),
    beneficiaryId: uuid('beneficiary_id').notNull(),
    result: text('result').$type<TakenBack>().notNull(),
  },
  (table) => [uniqueIndex('intake_take_back_person').on(table.batchId, table.beneficiaryId)],
);
export type IntakeTakeBackRow = typeof intakeTakeBack.$inferSelect;
