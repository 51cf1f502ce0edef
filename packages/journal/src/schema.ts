import type { JournalEvent } from '@rohnamo/contracts';
import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Actor } from './entry.ts';

/** The tables that every service's journal is made of. A service re-exports them from its own schema, so its migrations make them. */

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
/** An instant to the millisecond, so that what is hashed is what is read back. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** The version of a subject: what it is read at, and moves on from. */
export const version = () => bigint('version', { mode: 'number' }).notNull();

/** What happened. Inserted once, never changed. `data` is the public event; `detail` holds codes for the trail alone. Neither holds personal data. */
export const entry = pgTable(
  'entry',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').notNull(),
    subject: uuid('subject').notNull(),
    /** The subject's version after this entry; null for a look, which changes nothing. */
    version: bigint('version', { mode: 'number' }),
    type: text('type').notNull(),
    time: instant('time').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    detail: jsonb('detail').$type<Record<string, unknown>>(),
    actor: jsonb('actor').$type<Actor>().notNull(),
    /** The organisation whose pull feed shows it. */
    audience: uuid('audience'),
    traceparent: text('traceparent'),
    nonce: bytea('nonce').notNull(),
  },
  // The id first: a process of the version before, which beside this one still asks by the bare id, finds its rows, too.
  (table) => [uniqueIndex('entry_version_once').on(table.subject, table.kind, table.version)],
);

/**
 * Entries that have no position yet, in the order in which they were queued: of one subject that is the order of its versions,
 * for a version is written only after the one before it was committed. Ids are made from clocks, which differ.
 */
export const unplaced = pgTable('unplaced', {
  order: bigint('order', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  id: uuid('id').notNull(),
});

/** The one order of a journal: contiguous from 1. Everything that follows, follows this. */
export const place = pgTable(
  'place',
  {
    position: bigint('position', { mode: 'number' }).primaryKey(),
    id: uuid('id').notNull().unique(),
    audience: uuid('audience'),
  },
  (table) => [index('place_audience').on(table.audience, table.position)],
);

/** Who leads a piece of work that only one may do, until when. A higher epoch is a later leader. */
export const lease = pgTable('lease', {
  name: text('name').primaryKey(),
  holder: uuid('holder').notNull(),
  epoch: bigint('epoch', { mode: 'number' }).notNull(),
  expiresAt: instant('expires_at').notNull(),
});

/** Keys that were used, and what they did: the answer to a repeat is rebuilt from the subject. */
export const idempotency = pgTable(
  'idempotency',
  {
    client: text('client').notNull(),
    key: text('key').notNull(),
    fingerprint: bytea('fingerprint').notNull(),
    kind: text('kind').notNull(),
    subject: uuid('subject').notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    time: instant('time').notNull(),
  },
  (table) => [primaryKey({ columns: [table.client, table.key] }), index('idempotency_time').on(table.time)],
);

/**
 * The last sequence of each subject that a consumer has taken: written in the effect's own transaction where there is one, and by
 * the transport for every event of a topic that keeps them all, so that a gap can be told.
 */
export const consumed = pgTable(
  'consumed',
  {
    consumer: text('consumer').notNull(),
    kind: text('kind').notNull(),
    subject: uuid('subject').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.consumer, table.kind, table.subject] })],
);

/**
 * Events whose effect failed or before which one is missing, messages that could not be read, and those of the same subject that
 * came after them: for each consumer and subject a queue in the order of sequences, worked off by replay. Effects still to be
 * done, not state: rows come and go. Events hold no personal data; a message may hold anything.
 */
export const parked = pgTable(
  'parked',
  {
    consumer: text('consumer').notNull(),
    kind: text('kind').notNull(),
    subject: uuid('subject').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    /** Null for a message that could not be read, or not fully. */
    event: jsonb('event').$type<JournalEvent>(),
    /** Such a message, as it came; and where the broker has it. */
    message: bytea('message'),
    messageAt: text('message_at'),
    parkedAt: instant('parked_at').notNull(),
    /** How often it was tried; 0 while it only waits behind another, or for what is missing before it. */
    attempts: integer('attempts').notNull(),
    /**
     * The code or the name of the last error, `gap`, `unreadable` or `queued`; never an error's message. `over`: done or discarded
     * before what is parked before it, and kept, empty, only to be known when it comes again.
     */
    reason: text('reason').notNull(),
  },
  (table) => [primaryKey({ columns: [table.consumer, table.kind, table.subject, table.sequence] })],
);

/** One row: the life that the journal is in. A restore puts another in its place, so that nobody goes on from where they were before. */
export const generation = pgTable('generation', {
  id: uuid('id').primaryKey(),
  /** Null of the first. */
  restoredAt: instant('restored_at'),
});

/** How far a follower of this journal has got: the relay, each in-process consumer group. */
export const follower = pgTable('follower', {
  name: text('name').primaryKey(),
  position: bigint('position', { mode: 'number' }).notNull(),
});

/** Hashes of complete subtrees, 256 to a tile (C2SP tlog-tiles); the last tile of a level may be part full. */
export const tile = pgTable(
  'tile',
  {
    level: integer('level').notNull(),
    index: bigint('index', { mode: 'number' }).notNull(),
    hashes: bytea('hashes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.level, table.index] })],
);

/** Signed checkpoints (C2SP tlog-checkpoint), one a size. */
export const checkpoint = pgTable('checkpoint', {
  size: bigint('size', { mode: 'number' }).primaryKey(),
  note: text('note').notNull(),
  time: instant('time').notNull(),
});
