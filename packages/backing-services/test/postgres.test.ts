import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../src/index.ts';
import type { PostgresServer } from '../src/index.ts';
import { scratchDirectory } from './scratch-directory.ts';

const nativeOnly = { ...process.env, ROHNAMO_DOCKER: 'off', ROHNAMO_POSTGRES_URL: undefined };

async function startIn(dataDir: string, settings = {}): Promise<PostgresServer> {
  const server = await startPostgres({ dataDir, port: 0, progress: () => {}, environment: nativeOnly, settings });
  onTestFinished(() => server.stop());
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('data survives a stop and a start in the same directory, with the same password', async () => {
  const dataDir = scratchDirectory();
  const first = await startIn(dataDir);
  await query(first.superuserUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  await expect(query(first.superuserUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');

  const second = await startIn(dataDir);

  expect(second.origin).toBe('native');
  expect(await query(second.superuserUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(statSync(join(dataDir, 'superuser-password')).mode & 0o777).toBe(0o600);
});

test('a server that is killed comes back at the same address, with all that was committed', async () => {
  const { superuserUrl, kill, restart } = await startIn(scratchDirectory());
  await query(superuserUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await kill!();
  await expect(query(superuserUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  await restart!();
  expect(await query(superuserUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('commits are durable and text sorts alike everywhere unless told otherwise', async () => {
  const { superuserUrl } = await startIn(scratchDirectory(), { max_connections: '40' });
  const settings = await query(
    superuserUrl,
    `SELECT current_setting('fsync') AS fsync, current_setting('max_connections') AS connections,
            current_setting('server_encoding') AS encoding, lower('ҶӮРА') AS folded
       FROM pg_database WHERE datname = 'postgres' AND datlocprovider = 'b'`,
  );
  expect(settings).toEqual([{ fsync: 'on', connections: '40', encoding: 'UTF8', folded: 'ҷӯра' }]);
});

test('a directory in use is refused, and its server goes on', async () => {
  const dataDir = scratchDirectory();
  const { superuserUrl } = await startIn(dataDir);
  await expect(startIn(dataDir)).rejects.toThrow('in use by process');
  expect(await query(superuserUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a server that cannot boot is told with the end of its log', async () => {
  await expect(startIn(scratchDirectory(), { shared_buffers: 'plenty' })).rejects.toThrow('shared_buffers');
});

test('an address in the environment is used as it is and never stopped', async () => {
  const { superuserUrl } = await startIn(scratchDirectory());
  const environment = { ROHNAMO_POSTGRES_URL: superuserUrl };
  const foreign = await startPostgres({ dataDir: '/unused', port: 0, progress: () => {}, environment });
  expect(foreign).toMatchObject({ superuserUrl, origin: 'environment' });
  await foreign.stop();
  expect(await query(superuserUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a wrong password in the environment is told at once', async () => {
  const { superuserUrl } = await startIn(scratchDirectory());
  const wrong = new URL(superuserUrl);
  wrong.password = 'wrong';
  const environment = { ROHNAMO_POSTGRES_URL: wrong.href };
  await expect(startPostgres({ dataDir: '/unused', port: 0, progress: () => {}, environment })).rejects.toThrow(
    'password authentication failed',
  );
});
