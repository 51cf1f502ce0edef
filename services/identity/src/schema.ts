import type { OrganisationKind, Role, Scope } from '@rohnamo/contracts';
import { bytea, instant } from '@rohnamo/journal/schema';
import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { JSONWebKeySet } from 'jose';

export * from '@rohnamo/journal/schema';

/**
 * Who may get tokens. A client has a secret or public keys, never both; what it had before the last rotation is valid until
 * `previousExpiresAt`. A revoked client has neither.
 */
export const client = pgTable(
  'client',
  {
    id: uuid('id').primaryKey(),
    version: bigint('version', { mode: 'number' }).notNull(),
    /** The name by which it asks for tokens. */
    clientId: text('client_id').notNull().unique('client_client_id'),
    organisationId: uuid('organisation_id').notNull(),
    organisationKind: text('organisation_kind').$type<OrganisationKind>().notNull(),
    facilityIds: uuid('facility_ids').array().notNull(),
    /** Desks of those facilities whose tasks it may see. */
    deskIds: uuid('desk_ids').array().notNull(),
    role: text('role').$type<Role>().notNull(),
    scopes: text('scopes').array().$type<Scope[]>().notNull(),
    /** SHA-256 of the secret. */
    secretHash: bytea('secret_hash'),
    publicJwks: jsonb('public_jwks').$type<JSONWebKeySet>(),
    previousSecretHash: bytea('previous_secret_hash'),
    previousPublicJwks: jsonb('previous_public_jwks').$type<JSONWebKeySet>(),
    previousExpiresAt: instant('previous_expires_at'),
    createdAt: instant('created_at').notNull(),
    rotatedAt: instant('rotated_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    check(
      'client_one_credential',
      sql`num_nonnulls(${table.secretHash}, ${table.publicJwks}) = case when ${table.revokedAt} is null then 1 else 0 end`,
    ),
  ],
);
export type ClientRow = typeof client.$inferSelect;

/** Client assertions that were used and could still be sent again: a store of nonces, no state of the domain. */
export const usedAssertion = pgTable(
  'used_assertion',
  {
    clientId: text('client_id').notNull(),
    /** A hash of the assertion's jti. */
    jtiHash: text('jti_hash').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.clientId, table.jtiHash] }),
    index('used_assertion_expires').on(table.expiresAt),
  ],
);
