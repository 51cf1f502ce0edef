import { randomBytes } from 'node:crypto';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually, type TestDatabase, testDatabase, type TestIssuer, testIssuer } from '@rohnamo/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrateRegistry, migrationsFolder } from '../src/app.ts';

let database: TestDatabase;
let issuer: TestIssuer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await testDatabase({ service: 'registry', migrationsFolder, migrate: migrateRegistry });
  issuer = await testIssuer();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await issuer.stop();
  await database.drop();
});

function run(arguments_: string[], env: Record<string, string>) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...arguments_], { env: { PATH: process.env['PATH'], ...env } });
  children.push(child);
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  return { child, output: () => output, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

const environment = () => ({
  PORT: '0',
  DATABASE_URL: database.appUrl,
  DATABASE_OWNER_URL: database.ownerUrl,
  DATABASE_SEALER_URL: database.sealerUrl,
  CHECKPOINT_SIGNING_KEY: randomBytes(32).toString('base64'),
  OIDC_ISSUERS: issuer.url,
});

it('serves, and stops with code 0 when it is told to', async () => {
  const { child, output, ended } = run([], environment());
  const port = await eventually(() => /"port":(\d+)/.exec(output())?.[1]);
  expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/openapi.json`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended, output()).toBe(0);
});

it('brings the database up to date and ends', async () => {
  const { output, ended } = run(['migrate'], environment());
  expect(await ended, output()).toBe(0);
});

it('does not start without what it needs, and says what that is', async () => {
  const { output, ended } = run([], { PORT: '0' });
  expect(await ended).toBe(1);
  expect(output()).toContain('DATABASE_URL is missing');
});
