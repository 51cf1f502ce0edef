import { Scope } from '@rohnamo/contracts';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicSignatureJwk } from '../src/signing-key.ts';
import {
  askToken,
  basic,
  es256Key,
  makeClient,
  type MadeClient,
  startIdentity,
  type TestIdentity,
} from './identity-server.ts';

let identity: TestIdentity;
let client: MadeClient;
const otherKey = es256Key();
beforeAll(async () => {
  identity = await startIdentity({ config: { PREVIOUS_SIGNING_KEY: otherKey } });
  client = await makeClient(identity.database);
});
afterAll(() => identity.stop());

const credentials = () => basic(client.clientId, client.clientSecret);
const tokenOf = async (): Promise<string> =>
  String((await askToken(identity.url, {}, credentials())).body['access_token']);

test('keys: the one that signs and the other one, the public halves alone', async () => {
  const { keys } = (await (await fetch(`${identity.url}/jwks`)).json()) as { keys: Record<string, unknown>[] };
  const { kid } = decodeProtectedHeader(await tokenOf());
  expect(keys.map((key) => key['kid'])).toEqual([kid, (await publicSignatureJwk(otherKey)).kid]);
  for (const key of keys) {
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(key).not.toHaveProperty('d');
  }
  await expect(jwtVerify(await tokenOf(), createRemoteJWKSet(new URL(`${identity.url}/jwks`)))).resolves.toBeDefined();
});

test('discovery names the issuer of the configuration, whatever Host was asked for, and only what there is', async () => {
  const response = await fetch(`${identity.url}/.well-known/openid-configuration`, {
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' },
  });
  const discovery = (await response.json()) as Record<string, unknown>;
  expect(discovery).toMatchObject({
    issuer: identity.url,
    token_endpoint: `${identity.url}/token`,
    jwks_uri: `${identity.url}/jwks`,
    grant_types_supported: ['client_credentials'],
    scopes_supported: Scope.options,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  });
  expect(JSON.stringify(discovery)).not.toMatch(/evil|authorization_endpoint|userinfo|registration/);
});

test('behind a proxy that takes a prefix off, all addresses have it', async () => {
  const prefixed = await startIdentity({ config: { PUBLIC_URL: 'https://rohnamo.example/identity' } });
  try {
    const discovery = await (await fetch(`${prefixed.url}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      issuer: 'https://rohnamo.example/identity',
      token_endpoint: 'https://rohnamo.example/identity/token',
      jwks_uri: 'https://rohnamo.example/identity/jwks',
    });
    const { clientId, clientSecret } = await makeClient(prefixed.database);
    const { body } = await askToken(prefixed.url, {}, basic(clientId, clientSecret));
    expect(decodeJwt(String(body['access_token'])).iss).toBe('https://rohnamo.example/identity');
  } finally {
    await prefixed.stop();
  }
});

test('HEAD is answered as GET is, without a body', async () => {
  const response = await fetch(`${identity.url}/jwks`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test.each([
  '/auth',
  '/me',
  '/reg',
  '/request',
  '/session/end',
  '/token/introspection',
  '/token/revocation',
  '/device',
  '/interaction/abc',
])('nothing else of the library is there: %s', async (path) => {
  for (const method of ['GET', 'POST']) expect((await fetch(`${identity.url}${path}`, { method })).status).toBe(404);
});

test('nothing is open to other origins', async () => {
  const headers = { origin: 'https://elsewhere.example' };
  const token = await askToken(identity.url, {}, { ...credentials(), ...headers });
  expect(token.status).toBe(200);
  const preflight = await fetch(`${identity.url}/token`, {
    method: 'OPTIONS',
    headers: { ...headers, 'access-control-request-method': 'POST' },
  });
  const answers = [
    token,
    preflight,
    await fetch(`${identity.url}/jwks`, { headers }),
    await fetch(`${identity.url}/.well-known/openid-configuration`, { headers }),
  ];
  for (const answer of answers)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('the API document shows the three, with examples', async () => {
  const document = (await (await fetch(`${identity.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/token', '/jwks', '/.well-known/openid-configuration']),
  );
  const token = JSON.stringify(document.paths['/token']?.['post']);
  for (const said of ['application/x-www-form-urlencoded', '"200"', '"400"', '"401"']) expect(token).toContain(said);
  expect(JSON.stringify(document)).toContain('"grant_type":"client_credentials"');
});
