import { randomBytes } from 'node:crypto';
import { inProcessTransport } from '@rohnamo/messaging';
import type { JournalEvent } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  askToken,
  basic,
  clients,
  facilityId,
  makeClient,
  organisationId,
  startIdentity,
  type TestIdentity,
} from './identity-server.ts';

let identity: TestIdentity;
let now = new Date('2026-11-24T08:00:00.000Z');
const heard: JournalEvent[] = [];
const clock = () => now;

beforeAll(async () => {
  const transport = inProcessTransport({ onError: () => undefined });
  identity = await startIdentity({ transport, now: clock });
  await transport.subscribe({
    group: 'listener',
    topics: ['client'],
    pool: identity.pool,
    handle: (event) => Promise.resolve(void heard.push(event)),
  });
});
afterAll(() => identity.stop());

const run = (...args: string[]) => clients(identity.database, args, { now: clock });
const create = (...more: string[]) =>
  run('create', '--organisation', organisationId, '--organisation-kind', 'health-provider', '--json', ...more);
const statusWith = async (clientId: string, secret: string) =>
  (await askToken(identity.url, {}, basic(clientId, secret))).status;
const secretIn = (out: string): string => (JSON.parse(out) as { clientSecret: string }).clientSecret;

describe('create', () => {
  test('prints the client with its secret once, and the secret nowhere but on standard output', async () => {
    const { exitCode, out, said } = await create('--role', 'facility', '--facility', facilityId);
    expect(exitCode).toBe(0);
    const made = JSON.parse(out) as Record<string, string>;
    expect(made).toMatchObject({
      role: 'facility',
      organisationId,
      facilityIds: [facilityId],
      state: 'active',
      credential: 'secret',
    });
    expect(made['clientId']).toMatch(/^facility-[0-9a-z]{10}$/);
    expect(made['clientSecret']).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(said).not.toContain(made['clientSecret']);
    expect((await run('list', '--json')).out).not.toContain(made['clientSecret']);
  });

  test('without --json prints the same, a line for each', async () => {
    const { out } = await run(
      'create',
      '--role',
      'auditor',
      '--organisation',
      organisationId,
      '--organisation-kind',
      'ngo',
      '--client-id',
      'auditor-one',
    );
    expect(out).toMatch(/^clientId: auditor-one$/m);
    expect(out).toMatch(/^clientSecret: [A-Za-z0-9_-]{43}$/m);
  });

  test('makes an operator, who may see to parked events and nothing else', async () => {
    const { exitCode, out } = await create('--role', 'operator');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ role: 'operator', scopes: ['operations:manage'] });
  });

  describe('with a secret from the environment', () => {
    const organisation = ['--organisation', organisationId, '--organisation-kind', 'ngo'];
    const createFrom = (env: Record<string, string>, ...args: string[]) =>
      clients(
        identity.database,
        ['create', '--role', 'service', ...organisation, '--secret-from-env', 'CLIENT_SECRET', ...args],
        { env },
      );

    test('the client proves itself by that secret, which is not printed', async () => {
      const secret = randomBytes(24).toString('base64url');
      const { exitCode, out, said } = await createFrom(
        { CLIENT_SECRET: secret },
        '--client-id',
        'chosen-secret',
        '--json',
      );
      expect(exitCode).toBe(0);
      expect(JSON.parse(out)).not.toHaveProperty('clientSecret');
      expect(out + said).not.toContain(secret);
      expect(await statusWith('chosen-secret', secret)).toBe(200);
    });

    test.each([
      ['is not there', {}, [], /CLIENT_SECRET must be at least 24 characters/],
      ['is short', { CLIENT_SECRET: 'kq9w2xd7f3' }, [], /CLIENT_SECRET must be at least 24 characters/],
      ['is well known', { CLIENT_SECRET: 'changemechangemechangeme' }, [], /must not be a well-known value/],
      ['comes with keys', { CLIENT_SECRET: 'x' }, ['--public-jwk', 'keys.json'], /a secret or keys, not both/],
    ])('one that %s is refused and not quoted', async (_what, env: Record<string, string>, args, words) => {
      const { exitCode, out, said } = await createFrom(env, ...args);
      expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
      expect(said).toMatch(words);
      if ((env['CLIENT_SECRET']?.length ?? 0) > 1) expect(said).not.toContain(env['CLIENT_SECRET']);
    });
  });

  test('a name that is taken is refused and changes nothing', async () => {
    const made = await makeClient(identity.database, '--client-id', 'facility-taken');
    const again = await create('--role', 'supervisor', '--client-id', 'facility-taken');
    expect(again).toMatchObject({ exitCode: 1, out: '' });
    expect(again.said).toContain('there is a client facility-taken already');
    expect(await statusWith(made.clientId, made.clientSecret)).toBe(200);
  });

  test('of two with one name at the same time, one is made', async () => {
    const both = await Promise.all([
      create('--role', 'auditor', '--client-id', 'auditor-twice'),
      create('--role', 'auditor', '--client-id', 'auditor-twice'),
    ]);
    expect(both.map(({ exitCode }) => exitCode).toSorted((a, b) => a - b)).toEqual([0, 1]);
  });

  test.each([
    [
      'a scope beyond the role',
      ['--role', 'auditor', '--scope', 'referrals:answer'],
      /auditor cannot have referrals:answer/,
    ],
    ['an unknown scope', ['--role', 'auditor', '--scope', 'everything'], /--scope must be one of/],
    ['an unknown role', ['--role', 'king'], /--role must be one of/],
    ['no role', [], /--role/],
    ['a facility without a facility', ['--role', 'facility'], /--facility .*at least one/],
    ['a facility that is no UUID', ['--role', 'facility', '--facility', 'kulob'], /--facility must be a valid UUID/],
    ['a name with spaces', ['--role', 'auditor', '--client-id', 'Firuza N'], /--client-id/],
    ['an option that is none', ['--role', 'auditor', '--if-absent'], /if-absent/],
    ['an option of another command', ['--role', 'auditor', '--overlap-hours', '1'], /overlap-hours/],
    [
      'a key file that is not there',
      ['--role', 'auditor', '--public-jwk', '/nowhere.json'],
      /nowhere\.json cannot be read/,
    ],
  ])('%s is not understood', async (_what, args, words) => {
    const { exitCode, out, said } = await create(...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(said).toMatch(words);
  });

  test('scopes can be given one by one or together, and are kept in one order', async () => {
    const { out } = await create('--role', 'auditor', '--scope', 'audit:read', '--scope', 'directory:read,audit:read');
    expect((JSON.parse(out) as { scopes: string[] }).scopes).toEqual(['directory:read', 'audit:read']);
  });
});

describe('rotate', () => {
  test('both secrets are valid for the hours of the overlap, then the new one alone', async () => {
    const { clientId, clientSecret: first } = await makeClient(identity.database);
    const second = secretIn((await run('rotate', clientId, '--overlap-hours', '2', '--json')).out);
    expect(second).not.toBe(first);
    expect([await statusWith(clientId, first), await statusWith(clientId, second)]).toEqual([200, 200]);
    now = new Date(now.getTime() + 2 * 3_600_000);
    expect([await statusWith(clientId, first), await statusWith(clientId, second)]).toEqual([401, 200]);
  });

  test('the overlap is a day where none is said, and may be none', async () => {
    const { clientId, clientSecret: first } = await makeClient(identity.database);
    const { out } = await run('rotate', clientId, '--json');
    expect((JSON.parse(out) as { previousExpiresAt: string }).previousExpiresAt).toBe(
      new Date(now.getTime() + 24 * 3_600_000).toISOString(),
    );
    const third = secretIn((await run('rotate', clientId, '--overlap-hours', '0', '--json')).out);
    expect([
      await statusWith(clientId, first),
      await statusWith(clientId, secretIn(out)),
      await statusWith(clientId, third),
    ]).toEqual([401, 401, 200]);
  });

  test('never more than two secrets are valid', async () => {
    const { clientId, clientSecret: first } = await makeClient(identity.database);
    const second = secretIn((await run('rotate', clientId, '--json')).out);
    const third = secretIn((await run('rotate', clientId, '--json')).out);
    expect([
      await statusWith(clientId, first),
      await statusWith(clientId, second),
      await statusWith(clientId, third),
    ]).toEqual([401, 200, 200]);
  });

  test.each([
    ['an unknown client', ['no-such-client'], 1, /there is no client no-such-client/],
    ['no client', [], 2, /name the client/],
    ['two clients', ['one-client', 'two-client'], 2, /name one client/],
    ['hours that are none', ['some-client', '--overlap-hours', 'soon'], 2, /overlap-hours/],
    ['hours that are nothing', ['some-client', '--overlap-hours', ''], 2, /overlap-hours/],
    ['hours in hexadecimal', ['some-client', '--overlap-hours', '0x10'], 2, /overlap-hours/],
    ['hours before now', ['some-client', '--overlap-hours=-1'], 2, /overlap-hours/],
  ])('%s is refused', async (_what, args, expected, words) => {
    const { exitCode, said } = await run('rotate', ...args);
    expect(exitCode).toBe(expected);
    expect(said).toMatch(words);
  });
});

describe('revoke', () => {
  test('ends the client at once and for good', async () => {
    const { clientId, clientSecret } = await makeClient(identity.database);
    expect(await statusWith(clientId, clientSecret)).toBe(200);
    expect((await run('revoke', clientId)).exitCode).toBe(0);
    const { status, body } = await askToken(identity.url, {}, basic(clientId, clientSecret));
    expect([status, body['error']]).toEqual([401, 'invalid_client']);
    expect((await run('rotate', clientId)).said).toContain('is revoked');
    const { rows } = await identity.pool.query(
      'select 1 from client where client_id = $1 and (secret_hash is not null or previous_secret_hash is not null)',
      [clientId],
    );
    expect(rows).toEqual([]);
  });

  test('is told to the other services', async () => {
    const { clientId } = await makeClient(identity.database);
    await run('revoke', clientId);
    const event = await eventually(() =>
      heard.find(({ type, data }) => type === 'client.revoked.v1' && 'clientId' in data && data.clientId === clientId),
    );
    expect(event.data).toEqual({ clientId, organisationId });
    expect(event).toMatchObject({ sequence: 2, source: 'urn:rohnamo:identity' });
  });

  test('again is done already', async () => {
    const { clientId } = await makeClient(identity.database);
    await run('revoke', clientId);
    const again = await run('revoke', clientId, '--json');
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ clientId, state: 'revoked' });
  });

  test('an unknown client is refused', async () =>
    expect(await run('revoke', 'no-such-client')).toMatchObject({ exitCode: 1, out: '' }));
});

test('a client that was made, rotated and revoked has three entries, one a version, without anything secret', async () => {
  const { clientId } = await makeClient(identity.database);
  await run('rotate', clientId);
  await run('revoke', clientId);
  const { rows } = await identity.pool.query<{ type: string; version: string; data: unknown; detail: unknown }>(
    'select entry.type, entry.version, entry.data, entry.detail from entry join client on client.id = entry.subject where client.client_id = $1 order by entry.version',
    [clientId],
  );
  expect(rows.map(({ type, version }) => [type, Number(version)])).toEqual([
    ['client.created.v1', 1],
    ['client.rotated.v1', 2],
    ['client.revoked.v1', 3],
  ]);
  for (const { data, detail } of rows) {
    expect(data).toEqual({ clientId, organisationId });
    expect(Object.keys(detail as object).sort()).toEqual(['role', 'scopes']);
  }
});

test('list is a table with a line for each client', async () => {
  const { clientId } = await makeClient(identity.database);
  const { out } = await run('list');
  expect(out.split('\n')[0]).toMatch(/^CLIENT +ROLE +ORGANISATION +CREDENTIAL +STATE +CREATED$/);
  expect(out).toMatch(new RegExp(`^${clientId} +facility +${organisationId} +secret +active`, 'm'));
});

test.each([[[]], [['--help']], [['create', '--help']]])('help is given for %j', async (args) => {
  const { exitCode, out } = await run(...args);
  expect(exitCode).toBe(0);
  for (const said of [
    'clients create',
    'clients rotate',
    'clients revoke',
    'clients list',
    '--overlap-hours',
    'migration-service',
  ])
    expect(out).toContain(said);
});

test('a command that is none is not understood', async () => expect((await run('destroy')).exitCode).toBe(2));

test('without a database the command says what to set', async () => {
  const { runClients } = await import('../src/clients/command-line.ts');
  let said = '';
  const say = (text: string) => void (said += text);
  expect(await runClients({ args: ['list'], env: {}, out: say, say })).toBe(1);
  expect(said).toContain('DATABASE_URL');
  expect(
    await runClients({
      args: ['list'],
      env: { DATABASE_URL: 'postgres://identity_app:kq9w2xd7f3mz4t8vhbc5@127.0.0.1:1/none' },
      out: say,
      say,
    }),
  ).toBe(1);
  expect(said).toContain('cannot be reached');
});
