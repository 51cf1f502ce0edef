import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneDatabase, databaseUrl, dropDatabase, provisionDatabase, startPostgres } from '../src/index.ts';
import type { PostgresServer } from '../src/index.ts';

const passwords = { owner: 'owner-secret', app: "app's secret", sealer: 'sealer/secret@' };
const dataDir = mkdtempSync(join(tmpdir(), 'provisioning-'));
let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres({ dataDir, port: 0, progress: () => {}, persistent: false });
});

afterAll(async () => {
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves to the SQLSTATE that the work is refused with. */
async function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'not refused',
    (error: { code?: string }) => error.code,
  );
}

const insufficientPrivilege = '42501';
const invalidPassword = '28P01';

test('the owner creates tables; the app and the sealer connect and may create nothing', async () => {
  const { ownerUrl, appUrl, sealerUrl } = await provisionDatabase(postgres.superuserUrl, {
    service: 'duties',
    passwords,
  });

  await query(ownerUrl, 'CREATE SCHEMA drizzle; CREATE TABLE entries (id int); GRANT SELECT ON entries TO duties_app');

  expect(new URL(ownerUrl).pathname).toBe('/rohnamo_duties');
  expect(await query(appUrl, 'SELECT id FROM entries')).toEqual([]);
  expect(await refusal(query(sealerUrl, 'SELECT id FROM entries'))).toBe(insufficientPrivilege);
  for (const url of [appUrl, sealerUrl]) {
    expect(await refusal(query(url, 'CREATE TABLE mine (id int)'))).toBe(insufficientPrivilege);
    expect(await refusal(query(url, 'CREATE SCHEMA mine'))).toBe(insufficientPrivilege);
    expect(await refusal(query(url, 'CREATE TEMPORARY TABLE mine (id int)'))).toBe(insufficientPrivilege);
    expect(await refusal(query(url, 'DROP TABLE entries'))).toBe(insufficientPrivilege);
  }
});

test("no role of one service can connect to another service's database", async () => {
  const first = await provisionDatabase(postgres.superuserUrl, { service: 'first', passwords });
  const second = await provisionDatabase(postgres.superuserUrl, { service: 'second', passwords });
  for (const url of Object.values(first)) {
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await refusal(query(databaseUrl(url, { database: 'rohnamo_second' }), 'SELECT 1'))).toBe(
      insufficientPrivilege,
    );
  }
  for (const url of Object.values(second)) {
    expect(await refusal(query(databaseUrl(url, { database: 'rohnamo_first' }), 'SELECT 1'))).toBe(
      insufficientPrivilege,
    );
  }
});

test('provisioning again keeps the data and sets the passwords anew', async () => {
  const before = await provisionDatabase(postgres.superuserUrl, { service: 'repeated', passwords });
  await query(before.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');

  const plan = { service: 'repeated', passwords: { ...passwords, owner: 'rotated' } };
  const after = await provisionDatabase(postgres.superuserUrl, plan);

  expect(await query(after.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(await refusal(query(before.ownerUrl, 'SELECT 1'))).toBe(invalidPassword);
});

test('several processes may provision the same service at once', async () => {
  const plan = { service: 'crowded', passwords };
  const all = await Promise.all(Array.from({ length: 5 }, () => provisionDatabase(postgres.superuserUrl, plan)));
  expect(await query(all[4]?.appUrl ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a clone holds the rows and the grants of its template, and stays closed to others', async () => {
  const plan = { service: 'cloned', passwords, database: 'cloned_template' };
  const { ownerUrl, appUrl } = await provisionDatabase(postgres.superuserUrl, plan);
  const stranger = await provisionDatabase(postgres.superuserUrl, { service: 'stranger', passwords });
  await query(ownerUrl, 'CREATE TABLE seeds AS SELECT 7 AS seed; GRANT SELECT ON seeds TO cloned_app');

  const copies = ['cloned_a', 'cloned_b'];
  await Promise.all(copies.map((name) => cloneDatabase(postgres.superuserUrl, 'cloned_template', name)));

  for (const database of copies) {
    expect(await query(databaseUrl(appUrl, { database }), 'SELECT seed FROM seeds')).toEqual([{ seed: 7 }]);
    await query(databaseUrl(ownerUrl, { database }), 'DROP TABLE seeds');
    expect(await refusal(query(databaseUrl(stranger.ownerUrl, { database }), 'SELECT 1'))).toBe(insufficientPrivilege);
  }
});

test('a database is dropped even while somebody is connected, and a missing one is no error', async () => {
  const plan = { service: 'dropped', passwords };
  const { appUrl } = await provisionDatabase(postgres.superuserUrl, plan);
  const connected = new Client({ connectionString: appUrl });
  connected.on('error', () => {});
  await connected.connect();

  await dropDatabase(postgres.superuserUrl, 'rohnamo_dropped');
  await dropDatabase(postgres.superuserUrl, 'rohnamo_dropped');

  expect(await refusal(query(appUrl, 'SELECT 1'))).toBe('3D000');
});

test.each(['', 'Referral', '1st', 'a"; DROP ROLE b; --'])(
  '"%s" is refused as the name of a service',
  async (service) => {
    await expect(provisionDatabase(postgres.superuserUrl, { service, passwords })).rejects.toThrow('not a service');
  },
);
