import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createPool, createServiceToken, createVerifier } from '@rohnamo/service-kit';
import { bareEnvironment, eventually, lastingPort, type TestDatabase } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildIdentity, es256Key, identityDatabase, makeClient } from './identity-server.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let database: TestDatabase;
const started: ChildProcess[] = [];
beforeAll(async () => {
  database = await identityDatabase();
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
  }
});
afterAll(() => database.drop());

const key = () => es256Key().export({ format: 'der', type: 'pkcs8' }).toString('base64');

function run(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...bareEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const written = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.err += chunk.toString()));
  let isOver = false;
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() => (isOver = true));
  return { child, written, exit, isOver: () => isOver };
}

const environment = async (other: Record<string, string> = {}) => {
  const port = await lastingPort();
  return {
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.appUrl,
    KAFKA_BROKERS: 'none',
    SIGNING_KEY: key(),
    ...other,
  };
};

describe('the service', () => {
  test('boots, gives a token that others verify, says nothing but its log, and stops when told', async () => {
    const env = await environment();
    const { child, written, exit, isOver } = run([], env);
    await eventually(async () => (await fetch(`${env.PUBLIC_URL}/health/ready`)).ok, { withinMs: 50_000, isOver });
    const client = await makeClient(database, '--role', 'service');
    const token = await createServiceToken({
      issuer: env.PUBLIC_URL,
      clientId: client.clientId,
      clientSecret: client.clientSecret,
    }).get();
    const { clientId } = await createVerifier({ issuers: [env.PUBLIC_URL], audience: 'urn:rohnamo:api' }).verify(token);
    expect(clientId).toBe(client.clientId);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(written.err).toBe('');
    for (const line of written.out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
    expect(written.out).not.toContain(client.clientSecret);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['without a signing key', { SIGNING_KEY: '' }, /SIGNING_KEY is missing/],
    [
      'with a key that is none',
      { SIGNING_KEY: 'bm90IGEga2V5IGF0IGFsbA==' },
      /SIGNING_KEY is not valid.*ES256 private key/,
    ],
    ['with a public URL that has a query', { PUBLIC_URL: 'http://127.0.0.1:1?a=b' }, /PUBLIC_URL is not valid/],
    ['without a public URL', { PUBLIC_URL: '' }, /PUBLIC_URL is missing/],
    ['with a second key that is none', { PREVIOUS_SIGNING_KEY: '{"kty":"EC"}' }, /PREVIOUS_SIGNING_KEY is not valid/],
  ])('does not boot %s, and says so', async (_what, other, words) => {
    const { written, exit } = run([], await environment(other));
    expect(await exit).toBe(1);
    expect(written.err).toMatch(words);
    for (const value of Object.values(other))
      if (value.length > 15) expect(written.err + written.out).not.toContain(value);
  });

  test('the command makes a client of its own in another process', async () => {
    const { written, exit } = run(
      [
        'clients',
        'create',
        '--role',
        'auditor',
        '--organisation',
        crypto.randomUUID(),
        '--organisation-kind',
        'ngo',
        '--client-id',
        'auditor-by-hand',
        '--unchecked',
        '--json',
      ],
      { DATABASE_URL: database.appUrl },
    );
    expect(await exit).toBe(0);
    expect(JSON.parse(written.out)).toMatchObject({
      clientId: 'auditor-by-hand',
      clientSecret: expect.any(String) as string,
    });
    expect(written.err).toContain('Keep the secret now');
  });

  test('help names the command and the environment', async () => {
    const { written, exit } = run(['--help'], {});
    expect(await exit).toBe(0);
    expect(written.out).toContain('clients --help');
    expect(written.out).toContain('SIGNING_KEY');
  });
});

describe('the app role', () => {
  test.each([
    'update entry set type = type',
    'delete from entry',
    'truncate entry',
    'delete from client',
    'truncate client',
    'insert into tile values (0, 0, $$x$$)',
    'delete from checkpoint',
    'drop table client',
    'grant delete on entry to identity_app',
    'create table mine (id int)',
  ])('cannot: %s', async (statement) => {
    const app = new pg.Client(database.appUrl);
    await app.connect();
    try {
      // A grant of what one does not have is no error of Postgres, but a warning: it must have had no effect.
      await app.query(statement);
      const { rows } = await app.query("select has_table_privilege('entry', 'delete') as can");
      expect(rows).toEqual([{ can: false }]);
      expect(statement).toMatch(/^grant/);
    } catch (error) {
      expect((error as { code?: string }).code).toBe('42501');
    } finally {
      await app.end();
    }
  });
});

test('where the database cannot be reached, a token request is told to come again', async () => {
  const pool = createPool('postgres://identity_app:kq9w2xd7f3kq9w2xd7f3@127.0.0.1:1/none', { applicationName: 'test' });
  const { service, log } = await buildIdentity({ pool });
  const { app } = service;
  const response = await app.inject({
    method: 'POST',
    url: '/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'grant_type=client_credentials&client_id=some-client&client_secret=kq9w2xd7f3',
  });
  expect(response.statusCode).toBe(503);
  expect(response.headers['retry-after']).toBe('2');
  expect(response.json()).toMatchObject({ error: 'temporarily_unavailable' });
  expect(log()).not.toContain('kq9w2xd7f3');
  await app.close();
  await pool.end();
});
