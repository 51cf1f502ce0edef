import { scopesOfRole } from '@rohnamo/contracts';
import { createServiceToken, createVerifier } from '@rohnamo/service-kit';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  askToken,
  basic,
  clients,
  facilityId,
  type MadeClient,
  makeClient,
  organisationId,
  startIdentity,
  type TestIdentity,
} from './identity-server.ts';

let identity: TestIdentity;
let client: MadeClient;
beforeAll(async () => {
  identity = await startIdentity();
  client = await makeClient(identity.database);
});
afterAll(() => identity.stop());

const credentials = () => basic(client.clientId, client.clientSecret);
const tokenOf = async (): Promise<string> =>
  String((await askToken(identity.url, {}, credentials())).body['access_token']);

describe('a client with a secret', () => {
  test('gets a token with its secret in HTTP Basic', async () => {
    const { status, headers, body } = await askToken(identity.url, {}, credentials());
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
  });

  test('gets a token with its secret in the body', async () => {
    const { status } = await askToken(identity.url, { client_id: client.clientId, client_secret: client.clientSecret });
    expect(status).toBe(200);
  });

  test('is refused with a secret that is not its own', async () => {
    const { status, headers, body } = await askToken(
      identity.url,
      {},
      basic(client.clientId, `${client.clientSecret.slice(0, -1)}!`),
    );
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(body).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
  });

  test('is refused with the hash of its secret, and with nothing', async () => {
    const { rows } = await identity.pool.query<{ hash: string }>(
      "select encode(secret_hash, 'base64') as hash from client where client_id = $1",
      [client.clientId],
    );
    expect(
      (await askToken(identity.url, { client_id: client.clientId, client_secret: rows[0]?.hash ?? '' })).status,
    ).toBe(401);
    expect((await askToken(identity.url, { client_id: client.clientId })).status).toBe(401);
  });

  test('an unknown client is answered as one with a wrong secret', async () => {
    const unknown = await askToken(identity.url, {}, basic('nobody-at-all', client.clientSecret));
    const wrong = await askToken(identity.url, {}, basic(client.clientId, 'wrong'));
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
  });

  test('its secret is not in the database, and neither it nor any token is in the log', async () => {
    const token = await tokenOf();
    const { rows } = await identity.pool.query<{ text: string }>(
      'select client::text as text from client union all select entry::text from entry union all select idempotency::text from idempotency',
    );
    const stored = rows.map(({ text }) => text).join('\n');
    expect(stored).toContain(client.clientId);
    const hex = Buffer.from(client.clientSecret).toString('hex');
    for (const text of [stored, identity.log()])
      for (const secret of [client.clientSecret, hex]) expect(text).not.toContain(secret);
    expect(identity.log()).not.toContain(token.slice(0, 40));
  });
});

describe('the scopes of a token', () => {
  test('are all that the client may have where none are asked for, in the token and in the answer', async () => {
    const { body } = await askToken(identity.url, {}, credentials());
    expect(String(body['scope']).split(' ')).toEqual(scopesOfRole.facility);
    expect(decodeJwt(String(body['access_token']))['scope']).toBe(body['scope']);
  });

  test('are those that were asked for', async () => {
    const { body } = await askToken(identity.url, { scope: 'referrals:answer directory:read' }, credentials());
    expect(body['scope']).toBe('referrals:answer directory:read');
    expect(decodeJwt(String(body['access_token']))['scope']).toBe('referrals:answer directory:read');
  });

  test.each([
    'nothing:known',
    'referrals:read nothing:known',
    'audit:read',
    'internal',
    'openid',
    ' ',
    'referrals:read  events:read',
    'кор',
  ])('asking for %j is invalid_scope', async (scope) => {
    const { status, body } = await askToken(identity.url, { scope }, credentials());
    expect(status).toBe(400);
    expect(body['error']).toBe('invalid_scope');
    expect(body['access_token']).toBeUndefined();
  });

  test('of a client that was given fewer than its role allows are those few', async () => {
    const reader = await makeClient(identity.database, '--scope', 'referrals:read');
    const all = await askToken(identity.url, {}, basic(reader.clientId, reader.clientSecret));
    expect(all.body['scope']).toBe('referrals:read');
    const more = await askToken(
      identity.url,
      { scope: 'referrals:answer' },
      basic(reader.clientId, reader.clientSecret),
    );
    expect(more.body['error']).toBe('invalid_scope');
  });

  test('a client that was given a scope its role has lost since does not get it', async () => {
    const auditor = await makeClient(identity.database, '--role', 'auditor');
    await identity.pool.query("update client set scopes = scopes || '{referrals:answer}' where client_id = $1", [
      auditor.clientId,
    ]);
    const { body } = await askToken(identity.url, {}, basic(auditor.clientId, auditor.clientSecret));
    expect(String(body['scope']).split(' ')).toEqual(scopesOfRole.auditor);
  });
});

describe('a token', () => {
  test('is a JWT access token of five minutes for the API, with what the client is', async () => {
    const token = await tokenOf();
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      iss: identity.url,
      aud: 'urn:rohnamo:api',
      sub: client.clientId,
      client_id: client.clientId,
      organisation_id: organisationId,
      organisation_kind: 'health-provider',
      facility_ids: [facilityId],
      role: 'facility',
      jti: expect.any(String) as string,
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
  });

  test('is verified by any service that knows the issuer alone', async () => {
    const verifier = createVerifier({ issuers: [identity.url], audience: 'urn:rohnamo:api' });
    const verified = await verifier.verify(await tokenOf());
    expect(verified).toEqual({
      clientId: client.clientId,
      organisationId,
      organisationKind: 'health-provider',
      facilityIds: [facilityId],
      deskIds: [],
      role: 'facility',
      scopes: new Set(scopesOfRole.facility),
    });
  });

  test('is had by the client that every service is made with', async () => {
    const service = await makeClient(identity.database, '--role', 'service');
    const token = createServiceToken({
      issuer: identity.url,
      clientId: service.clientId,
      clientSecret: service.clientSecret,
    });
    expect(decodeJwt(await token.get())).toMatchObject({
      role: 'service',
      facility_ids: [],
      scope: 'internal directory:read',
    });
  });

  test('of a client with as many facilities as it can have is still taken by services', async () => {
    const many = Array.from({ length: 100 }, () => ['--facility', crypto.randomUUID()]).flat();
    const big = await makeClient(identity.database, '--role', 'facility', ...many);
    const { body } = await askToken(identity.url, {}, basic(big.clientId, big.clientSecret));
    const verifier = createVerifier({ issuers: [identity.url], audience: 'urn:rohnamo:api' });
    expect((await verifier.verify(String(body['access_token']))).facilityIds).toHaveLength(100);
  });
});

describe('resource indicators', () => {
  test('the one API can be named', async () => {
    expect((await askToken(identity.url, { resource: 'urn:rohnamo:api' }, credentials())).status).toBe(200);
  });

  test.each(['https://elsewhere.example', 'not a uri', 'urn:rohnamo:api#part'])(
    'another is invalid_target: %s',
    async (resource) => {
      const { status, body } = await askToken(identity.url, { resource }, credentials());
      expect([status, body['error']]).toEqual([400, 'invalid_target']);
    },
  );
});

test('a list of clients shows neither secrets nor their hashes', async () => {
  const { out } = await clients(identity.database, ['list', '--json']);
  const { rows } = await identity.pool.query<{ hash: string }>(
    "select encode(secret_hash, 'base64') as hash from client where client_id = $1",
    [client.clientId],
  );
  expect(out).toContain(client.clientId);
  for (const secret of [client.clientSecret, rows[0]?.hash ?? 'none', 'ecret_hash']) expect(out).not.toContain(secret);
});
