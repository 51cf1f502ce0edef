import type { EventType } from '@rohnamo/contracts';
import { type Decision, type NewEntry, system } from '@rohnamo/journal';
import type { JSONWebKeySet } from 'jose';
import type { ClientRow } from '../schema.ts';
import type { NewClient } from './new-client.ts';

/** How a client proves that it is itself: by a secret, of which we have the hash, or by keys, of which we have the public half. */
export type Credential = { kind: 'secret'; hash: Buffer } | { kind: 'keys'; publicJwks: JSONWebKeySet };

/** Why a command about a client is refused. */
export type Refusal = 'exists' | 'unknown' | 'revoked' | 'other-credential';

type ClientDecision = Decision<ClientRow, Refusal>;

/** Makes a client. */
export function decideCreate(
  existing: ClientRow | null,
  command: { id: string; client: NewClient; credential: Credential; now: Date },
): ClientDecision {
  if (existing !== null) return { refuse: 'exists' };
  const { id, client, credential, now } = command;
  return change('client.created.v1', now, 0, {
    id,
    version: 1,
    ...client,
    ...columnsOf(credential),
    ...noPrevious,
    createdAt: now,
    rotatedAt: null,
    revokedAt: null,
  });
}

/** Gives a client a new credential of the kind it has. The one it had is valid until `previousExpiresAt`; one before that no more. */
export function decideRotate(
  existing: ClientRow | null,
  command: { credential: Credential; previousExpiresAt: Date; now: Date },
): ClientDecision {
  if (existing === null) return { refuse: 'unknown' };
  if (existing.revokedAt !== null) return { refuse: 'revoked' };
  const { credential, previousExpiresAt, now } = command;
  if (credential.kind !== credentialKindOf(existing)) return { refuse: 'other-credential' };
  return change('client.rotated.v1', now, existing.version, {
    ...existing,
    ...columnsOf(credential),
    previousSecretHash: existing.secretHash,
    previousPublicJwks: existing.publicJwks,
    previousExpiresAt,
    rotatedAt: now,
  });
}

/** Ends a client for good: what it could prove itself with is forgotten. */
export function decideRevoke(existing: ClientRow | null, { now }: { now: Date }): ClientDecision {
  if (existing === null) return { refuse: 'unknown' };
  if (existing.revokedAt !== null) return { refuse: 'revoked' };
  return change('client.revoked.v1', now, existing.version, {
    ...existing,
    secretHash: null,
    publicJwks: null,
    ...noPrevious,
    revokedAt: now,
  });
}

/** With what a client proves itself; of a revoked one it is no longer known. */
export function credentialKindOf(client: ClientRow): Credential['kind'] | null {
  if (client.secretHash !== null) return 'secret';
  return client.publicJwks === null ? null : 'keys';
}

const noPrevious = { previousSecretHash: null, previousPublicJwks: null, previousExpiresAt: null };

const columnsOf = (credential: Credential) => ({
  secretHash: credential.kind === 'secret' ? credential.hash : null,
  publicJwks: credential.kind === 'keys' ? credential.publicJwks : null,
});

function change(
  type: Extract<EventType, `client.${string}`>,
  now: Date,
  expected: number,
  next: ClientRow,
): ClientDecision {
  const { clientId, organisationId, role, scopes } = next;
  const entry: NewEntry = {
    type,
    data: { clientId, organisationId },
    detail: { role, scopes },
    actor: system,
    time: now,
    audience: organisationId,
  };
  return {
    record: { changes: [{ kind: 'client', id: next.id, expected, state: next, entry }] },
    result: { ...next, version: expected + 1 },
  };
}
