import { type TestDatabase, testDatabase, type TestIssuer, testIssuer } from '@rohnamo/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrationsOf } from '@rohnamo/service-kit';
import { registry } from '../src/service.ts';
import { environmentOf, startProcess } from './service-process.ts';

let database: TestDatabase;
let issuer: TestIssuer;
beforeAll(async () => {
  database = await testDatabase(migrationsOf(registry));
  issuer = await testIssuer();
});
afterAll(async () => {
  await issuer.stop();
  await database.drop();
});

it('serves, and stops with code 0 when it is told to', async () => {
  const service = startProcess([], environmentOf(database, issuer));
  try {
    const url = await service.url();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
    service.kill('SIGTERM');
    expect(await service.ended, service.output()).toBe(0);
  } finally {
    service.kill('SIGKILL');
  }
});

it('brings the database up to date and ends', async () => {
  const { ended, output } = startProcess(['migrate'], { DATABASE_OWNER_URL: database.ownerUrl });
  expect(await ended, output()).toBe(0);
});

it('does not start without what it needs, and says what that is', async () => {
  const { ended, output } = startProcess([], { PORT: '0' });
  expect(await ended).toBe(1);
  expect(output()).toContain('DATABASE_URL is missing');
});
