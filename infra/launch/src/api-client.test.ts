import { type FakeFacility, fakeFacility } from '@rohnamo/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createApiClient } from './api-client.ts';

let platform: FakeFacility; // answers what it is told to, and remembers what it was asked
beforeEach(async () => {
  platform = await fakeFacility();
});
afterEach(() => platform.stop());

const tokenFor = (expiresInSeconds: number) => ({
  status: 200,
  body: JSON.stringify({ access_token: 'a-token', expires_in: expiresInSeconds }),
});
const later = { status: 503, headers: { 'retry-after': '0' }, body: '{}' };
const done = { status: 200, body: '{}' };
const client = (options: { patienceMs?: number } = {}) =>
  createApiClient({ issuer: platform.url, clientId: 'somebody', clientSecret: 'a-secret', ...options });
const post = { method: 'POST', body: { a: 1 }, answer: z.object({}) } as const;
const callsOf = (path: string) => platform.calls.filter((call) => call.path === path);

test('what is answered 503 with a time is sent again, as it was and under the same Idempotency-Key', async () => {
  platform.answerNext(tokenFor(300), later, later, done, done);
  const { call } = client();
  await call(`${platform.url}/things`, post);
  await call(`${platform.url}/things`, post);
  const sent = callsOf('/things').map(({ body, headers }) => ({ body, key: headers['idempotency-key'] }));
  expect(sent).toEqual([sent[0], sent[0], sent[0], { body: '{"a":1}', key: expect.any(String) as string }]);
  expect(sent[0]?.key).not.toBe(sent[3]?.key);
});

test('a key of the caller’s own is kept, and what writes nothing has none', async () => {
  platform.answerNext(tokenFor(300), done, done);
  const { call } = client();
  await call(`${platform.url}/things`, { ...post, headers: { 'idempotency-key': 'ours' } });
  await call(`${platform.url}/things`, { answer: z.object({}) });
  expect(callsOf('/things').map(({ headers }) => headers['idempotency-key'])).toEqual(['ours', undefined]);
});

test.each([
  ['it names no time', { status: 503, body: '{}' }, {}],
  ['the caller has no patience', later, { patienceMs: 0 }],
])('a 503 is a refusal where %s', async (_why, answer, options) => {
  platform.answerNext(tokenFor(300), answer);
  await expect(client(options).call(`${platform.url}/things`, post)).rejects.toMatchObject({ status: 503 });
  expect(callsOf('/things')).toHaveLength(1);
});

test('a token that is to be had later is asked for again; where patience ends, the limit is named', async () => {
  platform.answerNext(later, tokenFor(300), done);
  await client().call(`${platform.url}/things`, post);
  expect(callsOf('/token')).toHaveLength(2);
  platform.answerNext({ ...later, headers: { 'retry-after': '1' } }, { ...later, headers: { 'retry-after': '1' } });
  await expect(client({ patienceMs: 500 }).call(`${platform.url}/things`, post)).rejects.toThrow(
    /took longer than 0\.5 s, which is its limit; .*: POST \/token was answered with 503/,
  );
});

test('a token is used until shortly before it ends', async () => {
  platform.answerNext(tokenFor(300), done, done);
  const long = client();
  for (let i = 0; i < 2; i++) await long.call(`${platform.url}/things`, post);
  expect(callsOf('/token')).toHaveLength(1);
  platform.answerNext(tokenFor(30), done, tokenFor(30), done);
  const short = client();
  for (let i = 0; i < 2; i++) await short.call(`${platform.url}/things`, post);
  expect(callsOf('/token')).toHaveLength(3);
});
