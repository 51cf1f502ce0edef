import { eventData } from '@rohnamo/contracts';
import { describe, expect, test } from 'vitest';
import type { ClientRow } from '../schema.ts';
import { type Credential, credentialKindOf, decideCreate, decideRevoke, decideRotate } from './decide.ts';

const now = new Date('2026-11-24T08:00:00.000Z');
const tomorrow = new Date('2026-11-25T08:00:00.000Z');
const secret = (text: string): Credential => ({ kind: 'secret', hash: Buffer.from(text) });
const keys: Credential = { kind: 'keys', publicJwks: { keys: [{ kty: 'EC' }] } };

const made = (credential = secret('first')): ClientRow => {
  const decision = decideCreate(null, {
    id: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60',
    client: {
      clientId: 'auditor-one',
      role: 'auditor',
      organisationId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61',
      organisationKind: 'ngo',
      facilityIds: [],
      deskIds: [],
      scopes: ['audit:read'],
    },
    credential,
    now,
  });
  if ('refuse' in decision) throw new Error(decision.refuse);
  return decision.result;
};

const changeIn = (decision: ReturnType<typeof decideRevoke>) => {
  if ('refuse' in decision) throw new Error(decision.refuse);
  return decision.record.changes?.[0];
};

describe('a client that is made', () => {
  test('has one credential and no previous one', () => {
    expect(made()).toMatchObject({
      version: 1,
      secretHash: Buffer.from('first'),
      publicJwks: null,
      previousSecretHash: null,
      previousExpiresAt: null,
      revokedAt: null,
    });
    expect(made(keys)).toMatchObject({ secretHash: null, publicJwks: { keys: [{ kty: 'EC' }] } });
  });

  test('is not made twice', () => {
    const { clientId, role, organisationId, organisationKind, facilityIds, deskIds, scopes, id } = made();
    const client = { clientId, role, organisationId, organisationKind, facilityIds, deskIds, scopes };
    expect(decideCreate(made(), { id, client, credential: secret('second'), now })).toEqual({ refuse: 'exists' });
  });
});

describe('a rotation', () => {
  test('keeps the last credential until it expires, and no earlier one', () => {
    const once = changeIn(decideRotate(made(), { credential: secret('second'), previousExpiresAt: tomorrow, now }));
    expect(once).toMatchObject({
      expected: 1,
      state: {
        secretHash: Buffer.from('second'),
        previousSecretHash: Buffer.from('first'),
        previousExpiresAt: tomorrow,
        rotatedAt: now,
      },
    });
    const twice = changeIn(
      decideRotate(
        { ...(once?.state as ClientRow), version: 2 },
        { credential: secret('third'), previousExpiresAt: tomorrow, now },
      ),
    );
    expect(twice?.state).toMatchObject({ secretHash: Buffer.from('third'), previousSecretHash: Buffer.from('second') });
  });

  test('does not change the kind of credential', () => {
    expect(decideRotate(made(), { credential: keys, previousExpiresAt: tomorrow, now })).toEqual({
      refuse: 'other-credential',
    });
    expect(decideRotate(made(keys), { credential: secret('x'), previousExpiresAt: tomorrow, now })).toEqual({
      refuse: 'other-credential',
    });
  });

  test('of nobody and of a revoked client is refused', () => {
    const command = { credential: secret('x'), previousExpiresAt: tomorrow, now };
    expect(decideRotate(null, command)).toEqual({ refuse: 'unknown' });
    expect(decideRotate({ ...made(), secretHash: null, revokedAt: now }, command)).toEqual({ refuse: 'revoked' });
  });
});

describe('a revocation', () => {
  test('forgets every credential', () => {
    const rotated = { ...made(), previousSecretHash: Buffer.from('zeroth'), previousExpiresAt: tomorrow };
    const { state } = changeIn(decideRevoke(rotated, { now })) ?? {};
    expect(state).toMatchObject({
      secretHash: null,
      publicJwks: null,
      previousSecretHash: null,
      previousPublicJwks: null,
      previousExpiresAt: null,
      revokedAt: now,
    });
    expect(credentialKindOf(state as ClientRow)).toBeNull();
  });

  test('of nobody and of a revoked client is refused', () => {
    expect(decideRevoke(null, { now })).toEqual({ refuse: 'unknown' });
    expect(decideRevoke({ ...made(), secretHash: null, revokedAt: now }, { now })).toEqual({ refuse: 'revoked' });
  });
});

test('what is published of a client is what the contract says, and nothing of its credential', () => {
  const decisions = [
    decideRotate(made(), { credential: secret('second'), previousExpiresAt: tomorrow, now }),
    decideRevoke(made(), { now }),
  ];
  for (const { entry } of decisions.map((decision) => changeIn(decision)!)) {
    expect(eventData[entry.type].parse(entry.data)).toEqual(entry.data);
    expect(JSON.stringify([entry.data, entry.detail])).not.toMatch(/hash|jwk|secret/i);
    expect(entry.audience).toBe(made().organisationId);
  }
});
