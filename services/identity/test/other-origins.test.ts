import { afterAll, beforeAll, expect, test } from 'vitest';
import { askToken, basic, type MadeClient, makeClient, startIdentity, type TestIdentity } from './identity-server.ts';

const named = 'https://registry.example.org';
let identity: TestIdentity;
let client: MadeClient;
beforeAll(async () => {
  identity = await startIdentity({ config: { CORS_ORIGINS: [named] } });
  client = await makeClient(identity.database);
});
afterAll(() => identity.stop());

const corsHeaders = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control')));

const answers = async (origin: string) => {
  const headers = { origin };
  return [
    await askToken(identity.url, {}, { ...basic(client.clientId, client.clientSecret), ...headers }),
    await askToken(identity.url, {}, { ...basic(client.clientId, 'not-the-secret'), ...headers }),
    await askToken(identity.url, 'grant_type=%zz', headers),
    await fetch(`${identity.url}/jwks`, { headers }),
    await fetch(`${identity.url}/.well-known/openid-configuration`, { headers }),
  ];
};
const preflight = (path: string, origin: string) =>
  fetch(`${identity.url}${path}`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });

test('a page of an origin that is named gets a token, and reads why it gets none', async () => {
  const given = await answers(named);
  expect(given.map(({ status }) => status)).toEqual([200, 401, 400, 200, 200]);
  for (const { headers } of given)
    expect(corsHeaders(headers)).toEqual({
      'access-control-allow-origin': named,
      'access-control-expose-headers': 'Retry-After, WWW-Authenticate, X-Request-Id',
    });
  const asked = await preflight('/token', named);
  expect(asked.status).toBe(204);
  expect(corsHeaders(asked.headers)).toEqual({
    'access-control-allow-origin': named,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '3600',
  });
});

test.each([
  'https://elsewhere.example',
  'null',
  'https://registry.example.org.elsewhere.example',
  'http://registry.example.org',
])('a page of another origin gets nothing: %s', async (origin) => {
  for (const { headers } of [...(await answers(origin)), await preflight('/token', origin)]) {
    expect(corsHeaders(headers)).toEqual({});
    expect(headers.get('vary')).toMatch(/Origin/i);
  }
});

test.each(['/v1/journal/entries', '/v1/journal/checkpoint', '/metrics', '/openapi.json'])(
  'nothing else is open to a page of an origin that is named: %s',
  async (path) => {
    const answer = await fetch(`${identity.url}${path}`, { headers: { origin: named } });
    expect(corsHeaders(answer.headers)).toEqual({});
    expect(corsHeaders((await preflight(path, named)).headers)).toEqual({});
  },
);
