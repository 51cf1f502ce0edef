import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askToken, basic, makeClient, type MadeClient, startIdentity, type TestIdentity } from './identity-server.ts';

let identity: TestIdentity;
let client: MadeClient;
beforeAll(async () => {
  identity = await startIdentity();
  client = await makeClient(identity.database);
});
afterAll(() => identity.stop());

interface Answer {
  status: number;
  contentType: string;
  body: string;
}
const send = (
  body: string | Buffer,
  headers: Record<string, string>,
  path = '/token',
  method = 'POST',
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = request(
      `${identity.url}${path}`,
      { method, headers: { connection: 'close', ...headers } },
      (response) => {
        text(response).then(
          (body) =>
            resolve({ status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', body }),
          reject,
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });

/** What in an answer is not as an OAuth client expects of a refusal. */
const faultsOf = ({ status, contentType, body }: Answer): string[] => {
  const { error, error_description: description } = JSON.parse(body) as Record<string, unknown>;
  return [
    ...(status >= 400 && status < 500 ? [] : [`status ${status}`]),
    ...(contentType.startsWith('application/json') ? [] : [`content type ${contentType}`]),
    ...(typeof error === 'string' && /^[a-z_]+$/.test(error) ? [] : ['no error code']),
    ...(typeof description === 'string' && !/<|node_modules|\n/.test(description) ? [] : ['no plain description']),
  ];
};

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const good = () => `grant_type=client_credentials&client_id=${client.clientId}&client_secret=${client.clientSecret}`;

describe('POST /token answers with an OAuth error and never with a 5xx', () => {
  test.each<[string, () => Promise<Answer>]>([
    ['no body', () => send('', {})],
    ['an empty form', () => send('', form)],
    ['JSON', () => send(JSON.stringify({ grant_type: 'client_credentials' }), { 'content-type': 'application/json' })],
    ['broken JSON', () => send('{', { 'content-type': 'application/json' })],
    ['multipart', () => send('--x--', { 'content-type': 'multipart/form-data; boundary=x' })],
    ['a content type that is none', () => send(good(), { 'content-type': 'gibberish' })],
    ['a compressed body', () => send(good(), { ...form, 'content-encoding': 'gzip' })],
    ['a huge body', () => send(`${good()}&x=${'x'.repeat(3_000_000)}`, form)],
    [
      'a huge body of unsaid length',
      () => send(`${good()}&x=${'x'.repeat(300_000)}`, { ...form, 'transfer-encoding': 'chunked' }),
    ],
    ['bytes that are not UTF-8', () => send(Buffer.from([0xff, 0xfe, 0x00]), form)],
    ['an unfinished escape', () => send('grant_type=%E0%A4%A&client_id=%', form)],
    ['a NUL in the client', () => send('grant_type=client_credentials&client_id=a%00b&client_secret=c', form)],
    [
      'a NUL in the secret',
      () => send(`grant_type=client_credentials&client_id=${client.clientId}&client_secret=c%00`, form),
    ],
    ['half a surrogate pair', () => send('grant_type=client_credentials&client_id=%ED%A0%80&client_secret=c', form)],
    ['the grant twice', () => send(`${good()}&grant_type=client_credentials`, form)],
    ['the client twice', () => send(`${good()}&client_id=another-client`, form)],
    ['the secret twice', () => send(`${good()}&client_secret=x`, form)],
    ['the scope twice', () => send(`${good()}&scope=referrals:read&scope=events:read`, form)],
    ['the resource twice', () => send(`${good()}&resource=urn:rohnamo:api&resource=urn:rohnamo:other`, form)],
    ['an assertion twice', () => send('grant_type=client_credentials&client_assertion=a&client_assertion=b', form)],
    ['arrays', () => send('grant_type[]=client_credentials&client_id[0]=x', form)],
    ['names of the prototype', () => send('__proto__=x&constructor=y&toString=z&grant_type=client_credentials', form)],
    ['another grant', () => send(good().replace('client_credentials', 'authorization_code') + '&code=x', form)],
    ['a refresh token', () => send(good().replace('client_credentials', 'refresh_token') + '&refresh_token=x', form)],
    ['a password', () => send(good().replace('client_credentials', 'password') + '&username=x&password=y', form)],
    [
      'a grant named like a member of every object',
      () => send(good().replace('client_credentials', '__proto__'), form),
    ],
    [
      'a client that is an address',
      () => send('grant_type=client_credentials&client_id=https%3A%2F%2Fevil.example%2Fclient&client_secret=x', form),
    ],
    ['parameters in the address', () => send(good(), form, '/token?scope=referrals:read')],
    ['a browser that wants HTML', () => send('grant_type=client_credentials', { ...form, accept: 'text/html' })],
    ...[
      'Basic',
      'Basic ',
      'Basic !!!',
      'Basic YQ==',
      'Basic Og==',
      'Basic AA==',
      'Basic JTpi',
      'Bearer abc',
      'Basic a b c',
      'Digest x',
      `Basic ${Buffer.from('a%ZZ:b').toString('base64')}`,
      `Basic ${Buffer.from('a\0:b').toString('base64')}`,
    ].map((authorization): [string, () => Promise<Answer>] => [
      `Authorization: ${authorization}`,
      () => send('grant_type=client_credentials', { ...form, authorization }),
    ]),
    ['a secret in two places', () => send(good(), { ...form, ...basic(client.clientId, client.clientSecret) })],
  ])('%s', async (_what, answer) => expect(faultsOf(await answer())).toEqual([]));

  test('whatever is sent', async () => {
    const name = fc.constantFrom(
      'grant_type',
      'scope',
      'client_id',
      'client_secret',
      'client_assertion',
      'client_assertion_type',
      'resource',
      '__proto__',
      'x',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'client_credentials',
        client.clientId,
        client.clientSecret,
        'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        '',
        '\0',
      ),
    );
    const body = fc
      .array(fc.tuple(name, value), { maxLength: 8 })
      .map((pairs) => pairs.map(([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed())}`).join('&'));
    const header = fc.option(
      fc.base64String({ maxLength: 60 }).map((encoded) => `Basic ${encoded}`),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(body, header, async (body, authorization) => {
        const answer = await send(body, { ...form, ...(authorization === undefined ? {} : { authorization }) });
        expect(answer.status === 200 ? [] : faultsOf(answer)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('an assertion whose parts are any JSON', async () => {
    const part = fc.json().map((json) => Buffer.from(json).toString('base64url'));
    const claims = fc
      .record({
        sub: fc.oneof(fc.constant(client.clientId), fc.jsonValue()),
        iss: fc.jsonValue(),
        aud: fc.jsonValue(),
        exp: fc.jsonValue(),
        jti: fc.jsonValue(),
      })
      .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
    await fc.assert(
      fc.asyncProperty(part, fc.oneof(part, claims), async (header, payload) => {
        const assertion = `${header}.${payload}.c2ln`;
        const answer = await send(
          `grant_type=client_credentials&client_assertion_type=${encodeURIComponent('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')}&client_assertion=${assertion}`,
          form,
        );
        expect(faultsOf(answer)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

test('parameters that nobody knows and a charset that is none are passed over', async () => {
  expect((await send(`${good()}&${'a=b&'.repeat(10_000)}`, form)).status).toBe(200);
  expect((await send(good(), { 'content-type': 'application/x-www-form-urlencoded; charset=klingon' })).status).toBe(
    200,
  );
});

test('a wrong grant is unsupported_grant_type', async () => {
  const { status, body } = await askToken(identity.url, good().replace('client_credentials', 'password'));
  expect([status, body['error']]).toEqual([400, 'unsupported_grant_type']);
});

test('a caller who goes away in the middle leaves nothing behind', async () => {
  const { hostname, port } = new URL(identity.url);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        'POST /token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\ngrant',
      );
      setImmediate(() => socket.destroy());
    });
    socket.on('close', () => resolve());
  });
  expect((await askToken(identity.url, good())).status).toBe(200);
  expect(identity.log()).not.toMatch(/"level":"(error|fatal)"/);
});

test('an address spelled otherwise is the same address', async () => {
  expect((await send(good(), form, '/%74oken')).status).toBe(200);
});

test('GET /token is not there', async () => expect((await send('', {}, '/token', 'GET')).status).toBe(405));

test('too many requests are refused as OAuth clients know it', async () => {
  const limited = await startIdentity({ config: { RATE_LIMIT_PER_MINUTE: 1 } });
  try {
    await askToken(limited.url, 'grant_type=client_credentials');
    const { status, headers, body } = await askToken(limited.url, 'grant_type=client_credentials');
    expect([status, body['error']]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await limited.stop();
  }
});
