import { z } from 'zod';
import { Id } from './identifiers.ts';
import { OrganisationKind } from './organisation.ts';

/** What a client is, in the one word that its token carries. `operator` runs the platform; `service` is for our own services only; `administrator` looks after what an organisation has set up. */
export const Role = z.enum([
  'migration-service',
  'facility',
  'supervisor',
  'directory-admin',
  'auditor',
  'operator',
  'service',
  'administrator',
]);
export type Role = z.infer<typeof Role>;

/** What a token may be used for. */
export const Scope = z.enum([
  'beneficiaries:read',
  'beneficiaries:write',
  'consents:write',
  'accesses:read',
  'directory:read',
  'directory:write',
  'referrals:read',
  'referrals:refer',
  'referrals:answer',
  'notifications:manage',
  'events:read',
  'audit:read',
  'operations:manage',
  'internal',
]);
export type Scope = z.infer<typeof Scope>;

/** The scopes a client of each role is given when it is created, and the most it can ever be given. */
export const scopesOfRole = {
  'migration-service': [
    'beneficiaries:read',
    'beneficiaries:write',
    'consents:write',
    'accesses:read',
    'directory:read',
    'referrals:read',
    'referrals:refer',
    'notifications:manage',
    'events:read',
  ],
  facility: [
    'beneficiaries:read',
    'beneficiaries:write',
    'consents:write',
    'accesses:read',
    'directory:read',
    'directory:write',
    'referrals:read',
    'referrals:refer',
    'referrals:answer',
    'notifications:manage',
    'events:read',
  ],
  supervisor: ['directory:read', 'referrals:read', 'referrals:refer', 'events:read'],
  'directory-admin': ['directory:read', 'directory:write'],
  auditor: ['accesses:read', 'directory:read', 'referrals:read', 'audit:read'],
  operator: ['operations:manage'],
  service: ['internal', 'directory:read'],
  administrator: ['notifications:manage'],
} as const satisfies Record<Role, readonly Scope[]>;

/** The claims of an access token (RFC 9068), beyond iss, aud, exp, iat and jti. */
export const TokenClaims = z.object({
  client_id: z.string().min(1).max(200),
  organisation_id: Id,
  organisation_kind: OrganisationKind,
  facility_ids: z.array(Id).max(1000),
  desk_ids: z.array(Id).max(1000).default([]),
  role: Role,
  scope: z.string().max(2000),
});
export type TokenClaims = z.infer<typeof TokenClaims>;
