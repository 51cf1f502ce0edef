import { bigint, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export * from '../../src/schema.ts';

/** Two kinds of subject, so that locking order has something to order. */
export const parcel = pgTable(
  'parcel',
  {
    id: uuid('id').primaryKey(),
    version: bigint('version', { mode: 'number' }).notNull(),
    label: text('label').notNull(),
    notes: jsonb('notes').$type<Record<string, unknown>>(),
  },
  (table) => [uniqueIndex('parcel_label').on(table.label)],
);
export const permit = pgTable('permit', {
  id: uuid('id').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull(),
  state: text('state').notNull(),
});
