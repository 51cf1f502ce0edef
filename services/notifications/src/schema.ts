import type {
  DeliveryFailure,
  DeliveryState,
  EventType,
  SubscriptionState,
  SubscriptionStopReason,
} from '@rohnamo/contracts';
import { bytea, instant, version } from '@rohnamo/journal/schema';
import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';

export * from '@rohnamo/journal/schema';

/** A secret that still signs: sealed as a previous one, in base64; and until when, in ISO 8601. */
export interface EarlierSecret {
  sealed: string;
  until: string;
}

/** Where an organisation wants to be called, about what. */
export const subscription = pgTable(
  'subscription',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    organisationId: uuid('organisation_id').notNull(),
    /** The client whose it is; null of an old one of which the journal does not tell. */
    clientId: text('client_id'),
    /** Facilities for which that client answers, beside which it hears only of what its organisation refers; null of an old one: all of the organisation. */
    ownerFacilityIds: uuid('owner_facility_ids').array(),
    url: text('url').notNull(),
    /** null: all that the organisation is a party to. */
    facilityIds: uuid('facility_ids').array(),
    /** null: all event types. */
    types: text('types').array(),
    /** Desks of whoever subscribed: what is for another desk is not told. */
    deskIds: uuid('desk_ids').array().notNull(),
    state: text('state').$type<SubscriptionState>().notNull(),
    stopReason: text('stop_reason').$type<SubscriptionStopReason>(),
    /** The signing secret, sealed under WEBHOOK_SECRET_KEY. */
    secret: bytea('secret').notNull(),
    /** The secret before it, sealed as well; signs beside it until `previousSecretUntil`. */
    previousSecret: bytea('previous_secret'),
    previousSecretUntil: instant('previous_secret_until'),
    /** Those before that one whose time is not up, for it was rotated again meanwhile; the newest first. */
    earlierSecrets: jsonb('earlier_secrets').$type<EarlierSecret[]>().notNull().default([]),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('subscription_of_organisation').on(table.organisationId, table.id)],
);
export type SubscriptionRow = typeof subscription.$inferSelect;

/** What moves with each new subscription of an organisation, so that of two that come at once one is decided after the other. */
export const subscriber = pgTable('subscriber', {
  /** The organisation's. */
  id: uuid('id').primaryKey(),
  version: version(),
});

/** A client that is revoked, for good. */
export const revokedClient = pgTable(
  'revoked_client',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    clientId: text('client_id').notNull(),
  },
  (table) => [index('revoked_client_by_client').on(table.clientId)],
);

/** That an organisation has something to look at. Never changed: the pull feed reads its entries. */
export const notice = pgTable(
  'notice',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    organisationId: uuid('organisation_id').notNull(),
    /** null: for the whole organisation. */
    deskId: uuid('desk_id'),
    referralId: uuid('referral_id').notNull(),
    eventId: uuid('event_id').notNull(),
    eventType: text('event_type').$type<EventType>().notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    occurredAt: instant('occurred_at').notNull(),
  },
  (table) => [index('notice_of_referral').on(table.referralId, table.organisationId)],
);
export type NoticeRow = typeof notice.$inferSelect;

/** One notice to one subscription, through all its tries. */
export const delivery = pgTable(
  'delivery',
  {
    id: uuid('id').primaryKey(),
    version: version(),
    organisationId: uuid('organisation_id').notNull(),
    /** null: of the whole organisation. */
    deskId: uuid('desk_id'),
    subscriptionId: uuid('subscription_id').notNull(),
    referralId: uuid('referral_id').notNull(),
    eventId: uuid('event_id').notNull(),
    eventType: text('event_type').$type<EventType>().notNull(),
    state: text('state').$type<DeliveryState>().notNull(),
    /** Tries in all. */
    attempts: integer('attempts').notNull(),
    /** Tries since it was last queued: what the pause before the next depends on. */
    attemptsInRound: integer('attempts_in_round').notNull(),
    lastStatus: integer('last_status'),
    lastFailure: text('last_failure').$type<DeliveryFailure>(),
    /** When the next try is due; null when there is none. */
    wakeAt: instant('wake_at'),
    /** Begin of the round: its creation, or the last resend. */
    queuedAt: instant('queued_at').notNull(),
    createdAt: instant('created_at').notNull(),
    deliveredAt: instant('delivered_at'),
    /** Of the event, passed on to the endpoint. */
    traceparent: text('traceparent'),
  },
  (table) => [
    index('delivery_due')
      .on(table.subscriptionId, table.wakeAt)
      .where(sql`${table.wakeAt} is not null`),
    index('delivery_of_organisation').on(table.organisationId, table.createdAt, table.id),
    index('delivery_of_subscription').on(table.subscriptionId, table.createdAt, table.id),
    index('delivery_of_referral').on(table.referralId),
  ],
);
export type DeliveryRow = typeof delivery.$inferSelect;

/** The newest checkpoint heard of another journal. `version` is the size of its tree, so that it only ever grows. */
export const heardCheckpoint = pgTable('heard_checkpoint', {
  id: uuid('id').primaryKey(),
  version: version(),
  origin: text('origin').notNull(),
  note: text('note').notNull(),
});
