import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { createPool } from '@rohnamo/service-kit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  askToken,
  buildIdentity,
  clients,
  type MadeClient,
  makeClient,
  startIdentity,
  type TestIdentity,
  type TokenResponse,
} from './identity-server.ts';

let identity: TestIdentity;
let client: MadeClient;
let key: CryptoKey;
let publicJwk: JsonWebKey;
let folder: string;

const writeKey = async (publicKey: CryptoKey, name: string, more: object = {}): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ ...(await exportJWK(publicKey)), ...more }));
  return file;
};

beforeAll(async () => {
  identity = await startIdentity();
  folder = await mkdtemp(join(tmpdir(), 'identity-keys-'));
  const pair = await generateKeyPair('ES256');
  key = pair.privateKey;
  publicJwk = await exportJWK(pair.publicKey);
  client = await makeClient(
    identity.database,
    '--public-jwk',
    await writeKey(pair.publicKey, 'client.json', { kid: 'one' }),
  );
});
afterAll(async () => {
  await identity.stop();
  await rm(folder, { recursive: true });
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
type Claims = Record<string, unknown>;
const claimsOf = (other: Claims = {}): Claims => ({
  iss: client.clientId,
  sub: client.clientId,
  aud: identity.url,
  jti: crypto.randomUUID(),
  iat: nowSeconds(),
  exp: nowSeconds() + 60,
  ...other,
});
const signed = (
  other: Claims = {},
  { alg = 'ES256', by = key }: { alg?: string; by?: CryptoKey | Uint8Array } = {},
): Promise<string> =>
  new SignJWT(JSON.parse(JSON.stringify(claimsOf(other))) as Claims).setProtectedHeader({ alg }).sign(by);
const present = (assertion: string, other: Record<string, string> = {}): Promise<TokenResponse> =>
  askToken(identity.url, {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...other,
  });

describe('a client with keys', () => {
  test('was given no secret', () => expect(client.clientSecret).toBeUndefined());

  test('gets a token with an assertion for the issuer, and with one for the token endpoint', async () => {
    for (const aud of [identity.url, `${identity.url}/token`, [identity.url]]) {
      const { status, body } = await present(await signed({ aud }));
      expect(status).toBe(200);
      expect(decodeJwt(String(body['access_token']))['client_id']).toBe(client.clientId);
    }
  });

  test('gets no token with a secret', async () => {
    expect((await askToken(identity.url, { client_id: client.clientId, client_secret: 'any' })).status).toBe(401);
  });

  test('has no second token for an assertion that was used', async () => {
    const assertion = await signed();
    expect((await present(assertion)).status).toBe(200);
    const { status, body } = await present(assertion);
    expect([status, body['error']]).toEqual([401, 'invalid_client']);
  });

  test('of one assertion sent twenty times at once, one is answered with a token', async () => {
    const assertion = await signed();
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => present(assertion)))).map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  test('has one token for an assertion, wherever it is sent: here and to a second replica, at once and later', async () => {
    const pool = createPool(identity.database.appUrl, { applicationName: 'identity replica' });
    const { app } = (await buildIdentity({ pool, config: { PUBLIC_URL: identity.url } })).service;
    onTestFinished(async () => {
      await app.close();
      await pool.end();
    });
    const toReplica = async (assertion: string) => {
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await app.inject({ method: 'POST', url: '/token', headers, payload: form.toString() });
      return { status: answer.statusCode };
    };
    expect((await toReplica(await signed())).status).toBe(200);
    for (let round = 0; round < 5; round++) {
      const assertion = await signed();
      const sent = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? present : toReplica)(assertion));
      const statuses = (await Promise.all(sent)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 401)).toHaveLength(9);
      expect([(await present(assertion)).status, (await toReplica(assertion)).status]).toEqual([401, 401]);
    }
  });

  test('may use the same jti as another client', async () => {
    const pair = await generateKeyPair('EdDSA');
    const other = await makeClient(identity.database, '--public-jwk', await writeKey(pair.publicKey, 'other.json'));
    const jti = crypto.randomUUID();
    expect((await present(await signed({ jti }))).status).toBe(200);
    expect(
      (
        await present(
          await signed({ jti, iss: other.clientId, sub: other.clientId }, { alg: 'EdDSA', by: pair.privateKey }),
        )
      ).status,
    ).toBe(200);
  });

  test('no assertion is in the log', async () => {
    const assertion = await signed({ aud: 'elsewhere' });
    await present(assertion);
    expect(identity.log()).not.toContain(assertion.slice(0, 30));
  });
});

describe('an assertion is refused', () => {
  test.each<[string, () => Claims]>([
    ['for another audience', () => ({ aud: 'https://elsewhere.example' })],
    ['without an audience', () => ({ aud: undefined })],
    ['that has expired', () => ({ exp: nowSeconds() - 60 })],
    ['that never expires', () => ({ exp: undefined })],
    ['that lives an hour', () => ({ exp: nowSeconds() + 3600 })],
    ['that expires at no number', () => ({ exp: 'tomorrow' })],
    ['that begins later', () => ({ nbf: nowSeconds() + 60 })],
    ['that will be made later', () => ({ iat: nowSeconds() + 120, exp: nowSeconds() + 300 })],
    ['for the issuer spelled otherwise', () => ({ aud: `${identity.url}/`.toUpperCase() })],
    ['for an address below the issuer', () => ({ aud: `${identity.url}/token/elsewhere` })],
    ['for the API', () => ({ aud: 'urn:rohnamo:api' })],
    ['without a jti', () => ({ jti: undefined })],
    ['whose jti is no text', () => ({ jti: { a: 1 } })],
    ['of another issuer', () => ({ iss: 'another-client' })],
    ['about another client', () => ({ sub: 'another-client' })],
    ['about nobody', () => ({ sub: undefined })],
    ['about a NUL', () => ({ sub: 'a\0b', iss: 'a\0b' })],
    ['about no text', () => ({ sub: { a: 1 }, iss: 7 })],
  ])('%s', async (_what, claims) => {
    const { status, body } = await present(await signed(claims()));
    expect([400, 401]).toContain(status);
    expect(body['access_token']).toBeUndefined();
  });

  test('signed with another key', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect((await present(await signed({}, { by: privateKey }))).status).toBe(401);
  });

  test('signed with an algorithm that is not for keys of this kind, or not with any', async () => {
    const rsa = await generateKeyPair('RS512');
    const assertions = [
      new UnsecuredJWT(claimsOf()).encode(),
      await signed(
        {},
        {
          alg: 'HS256',
          by: new TextEncoder().encode(
            JSON.stringify(await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)),
          ),
        },
      ),
      await signed({}, { alg: 'RS512', by: rsa.privateKey }),
    ];
    for (const assertion of assertions) expect((await present(assertion)).status).toBe(401);
  });

  test('that brings its own key along, in the header or at an address', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const address = 'https://elsewhere.example/jwks';
    for (const own of [
      { jwk },
      { jwk, kid: 'one' },
      { jku: address, kid: 'one' },
      { x5u: address, kid: 'one' },
      { kid: address },
    ]) {
      const assertion = await new SignJWT(claimsOf()).setProtectedHeader({ alg: 'ES256', ...own }).sign(privateKey);
      expect((await present(assertion)).status, Object.keys(own).join()).toBe(401);
    }
  });

  test('signed with the client’s public key as if that were a secret, in whatever form it is published', async () => {
    const spki = createPublicKey({ key: publicJwk, format: 'jwk' });
    const forms = [
      JSON.stringify(publicJwk),
      spki.export({ format: 'pem', type: 'spki' }),
      spki.export({ format: 'der', type: 'spki' }),
    ];
    for (const form of forms) {
      const by = typeof form === 'string' ? new TextEncoder().encode(form) : new Uint8Array(form);
      for (const alg of ['HS256', 'HS512']) expect((await present(await signed({}, { alg, by }))).status).toBe(401);
    }
  });

  test('of a client that was revoked', async () => {
    const pair = await generateKeyPair('ES256');
    const file = await writeKey(pair.publicKey, 'revoked.json');
    const { clientId } = await makeClient(identity.database, '--public-jwk', file);
    const as = () => signed({ iss: clientId, sub: clientId }, { by: pair.privateKey });
    expect((await present(await as())).status).toBe(200);
    expect((await clients(identity.database, ['revoke', clientId])).exitCode).toBe(0);
    expect((await present(await as())).status).toBe(401);
  });

  test('when its content was changed after signing', async () => {
    const [header, , signature] = (await signed()).split('.');
    const payload = Buffer.from(JSON.stringify(claimsOf())).toString('base64url');
    expect((await present(`${header}.${payload}.${signature}`)).status).toBe(401);
  });

  test('of another type, beside a secret, and when it is none', async () => {
    expect((await present(await signed(), { client_assertion_type: 'urn:example' })).body['error']).toBe(
      'invalid_request',
    );
    expect((await present(await signed(), { client_secret: 'x' })).body['error']).toBe('invalid_request');
    for (const none of ['x', '..', 'a.b.c', '💩', `${'a'.repeat(20_000)}.b.c`])
      expect([400, 401]).toContain((await present(none)).status);
  });
});

describe('keys', () => {
  test('both sets are valid after a rotation, until the overlap is over', async () => {
    const first = await generateKeyPair('PS256');
    const rotating = await makeClient(identity.database, '--public-jwk', await writeKey(first.publicKey, 'first.json'));
    const second = await generateKeyPair('RS256');
    const file = await writeKey(second.publicKey, 'second.json');
    const as = (by: CryptoKey, alg: string) => signed({ iss: rotating.clientId, sub: rotating.clientId }, { alg, by });
    expect((await present(await as(second.privateKey, 'RS256'))).status).toBe(401);
    expect((await clients(identity.database, ['rotate', rotating.clientId, '--public-jwk', file])).exitCode).toBe(0);
    expect((await present(await as(first.privateKey, 'PS256'))).status).toBe(200);
    expect((await present(await as(second.privateKey, 'RS256'))).status).toBe(200);
    expect(
      (await clients(identity.database, ['rotate', rotating.clientId, '--public-jwk', file, '--overlap-hours', '0']))
        .exitCode,
    ).toBe(0);
    expect((await present(await as(first.privateKey, 'PS256'))).status).toBe(401);
    expect((await present(await as(second.privateKey, 'RS256'))).status).toBe(200);
  });

  test('a file with a private key is refused, and not quoted', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(privateKey);
    const file = join(folder, 'private.json');
    await writeFile(file, JSON.stringify(jwk));
    const { exitCode, out, said } = await clients(identity.database, [
      'create',
      '--role',
      'auditor',
      '--organisation',
      crypto.randomUUID(),
      '--organisation-kind',
      'ngo',
      '--public-jwk',
      file,
    ]);
    expect(exitCode).toBe(2);
    expect(said).toContain('private');
    expect(out + said).not.toContain(String(jwk.d));
  });
});
