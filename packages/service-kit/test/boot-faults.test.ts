import { once } from 'node:events';
import { createServer } from 'node:net';
import { bareEnvironment, lastingPort, type TestDatabase, testDatabase } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BootFault } from '../src/boot-fault.ts';
import { postgresFault, schemaFault } from '../src/database-checks.ts';
import { migrate } from '../src/database.ts';
import { migrationsOf } from '../src/service.ts';
import { createInstance } from '../src/start-service.ts';
import { oldPostgres } from './old-postgres.ts';
import { sample } from './sample-definition.ts';

const secret = 'kq9w2xd7f3mz4t8vhbc5';
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase(migrationsOf(sample));
});
afterAll(() => database.drop());

const other = (url: string, change: Partial<URL>): string => Object.assign(new URL(url), change).href;

/** Starts the service in this process; what it says at the terminal where it cannot. */
async function faultOf(environment: Record<string, string>): Promise<string> {
  const instance = createInstance({
    definition: sample,
    environment: {
      ...bareEnvironment,
      PORT: '0',
      KAFKA_BROKERS: 'none',
      DATABASE_URL: database.appUrl,
      OIDC_ISSUERS: 'https://issuer.example',
      LOG_LEVEL: 'silent',
      ...environment,
    },
    serves: true,
    processMetrics: false,
  });
  try {
    await instance.start();
    return 'it has started';
  } catch (error) {
    if (error instanceof BootFault) return error.message;
    throw error;
  } finally {
    await instance.stop();
  }
}

async function inDatabase(text: string): Promise<pg.QueryResult> {
  const client = new pg.Client(database.superuserUrl);
  await client.connect();
  return client.query(text).finally(() => client.end());
}

describe('a service does not start, and says why in a line with the variable and what to do', () => {
  const addresses: [string, (url: string) => string, RegExp][] = [
    [
      'that does not exist',
      (url) => other(url, { pathname: '/rohnamo_nowhere' }),
      /its database does not exist: make it/,
    ],
    [
      'with a wrong password',
      (url) => other(url, { password: secret }),
      /its password is not that of its role: set the one/,
    ],
    [
      'where nothing listens',
      (url) => other(url, { port: '1' }),
      /nothing listens at its host and port: start Postgres/,
    ],
    [
      'on a host that there is none of',
      (url) => other(url, { hostname: 'db.invalid' }),
      /its host cannot be (found|looked up)/,
    ],
  ];
  it.each(addresses)('over a database %s', async (_what, change, words) => {
    const app = await faultOf({ DATABASE_URL: change(database.appUrl) });
    const sealer = await faultOf({
      DATABASE_SEALER_URL: change(database.sealerUrl),
      CHECKPOINT_SIGNING_KEY: Buffer.from('a seed of 32 bytes, for one test').toString('base64'),
    });
    expect(app).toMatch(new RegExp(`^DATABASE_URL: ${words.source}`));
    expect(sealer).toMatch(new RegExp(`^DATABASE_SEALER_URL: ${words.source}`));
    const migrating = migrate({ ownerUrl: change(database.ownerUrl), migrationsFolder: '/', lockKey: 'none' });
    await expect(migrating).rejects.toThrow(new RegExp(`^DATABASE_OWNER_URL: ${words.source}`));
    expect(app + sealer).not.toContain(secret);
  });

  it('over a database whose host takes connections and says nothing', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number }; // it listens on a port
    const fault = await postgresFault('DATABASE_URL', other(database.appUrl, { port: String(port) }), {
      withinMs: 300,
    });
    expect(fault?.message).toMatch(/^DATABASE_URL: its host took longer to answer than it may: see to the network/);
    silent.close();
  });

  it('over a Postgres that is too old', async () => {
    const old = await oldPostgres('160004');
    const words = /^DATABASE_(OWNER_)?URL: its server is Postgres 16, which is too old: upgrade it to 17 or newer\.$/;
    expect(await faultOf({ DATABASE_URL: old.url })).toMatch(words);
    await expect(migrate({ ownerUrl: old.url, migrationsFolder: '/', lockKey: 'none' })).rejects.toThrow(words);
    old.stop();
  });

  it('over the database of another service, nor migrates it', async () => {
    const { rows } = await inDatabase('select min(created_at) as first from drizzle.__drizzle_migrations');
    const { first } = rows[0] as { first: string };
    await inDatabase(`update drizzle.__drizzle_migrations set created_at = ${first} - 1 where created_at = ${first}`);
    try {
      const words = 'its database is that of another service: correct the name of the database.';
      expect(await faultOf({})).toBe(`DATABASE_URL: ${words}`);
      const migrating = migrationsOf(sample).migrate(database.ownerUrl);
      await expect(migrating).rejects.toThrow(`DATABASE_OWNER_URL: ${words}`);
    } finally {
      await inDatabase(`update drizzle.__drizzle_migrations set created_at = ${first} where created_at = ${first} - 1`);
    }
  });

  it('migrates no database that somebody else uses', async () => {
    const its = await testDatabase(migrationsOf(sample));
    const client = new pg.Client(its.superuserUrl);
    await client.connect();
    await client.query('drop schema drizzle cascade').finally(() => client.end());
    await expect(migrationsOf(sample).migrate(its.ownerUrl)).rejects.toThrow(
      /^DATABASE_OWNER_URL: its database holds tables, and no migration made them: correct the name/,
    );
    await its.drop();
  });

  it('over a schema that is older, newer or not there; a newer one will do amid a rolling upgrade', async () => {
    const newest = 'select max(created_at) from drizzle.__drizzle_migrations';
    await inDatabase(`insert into drizzle.__drizzle_migrations (hash, created_at) select 'newer', (${newest}) + 1`);
    expect(await faultOf({})).toMatch(/^DATABASE_URL: its schema is newer than this version: start the version that/);
    expect(await faultOf({ ACCEPT_NEWER_SCHEMA: 'true' })).toBe('it has started');
    await inDatabase(`delete from drizzle.__drizzle_migrations where created_at >= (${newest}) - 1`);
    expect(await faultOf({})).toMatch(/^DATABASE_URL: its schema is older than this version: run the command migrate/);
    await inDatabase('revoke all on schema drizzle from scratch_app');
    expect(await faultOf({})).toMatch(/^DATABASE_URL: its schema is older than this version: run the command migrate/);
    await inDatabase('drop schema drizzle cascade');
    expect(await faultOf({})).toMatch(/^DATABASE_URL: its schema is not there yet: run the command migrate/);
  });

  it('at a port that is taken, or an address that is not the machine’s', async () => {
    const made = await testDatabase(migrationsOf(sample));
    const holder = createServer();
    const port = await lastingPort();
    holder.listen(port, '127.0.0.1');
    await once(holder, 'listening');
    const env = { DATABASE_URL: made.appUrl, PORT: String(port) };
    expect(await faultOf(env)).toMatch(
      new RegExp(`^PORT: ${port} is taken on 127\\.0\\.0\\.1: stop what listens there`),
    );
    expect(await faultOf({ ...env, HOST: '192.0.2.1' })).toMatch(/^HOST: 192\.0\.2\.1 is no address of this machine/);
    holder.close();
    await made.drop();
  });
});

it.each<[number | 'none' | 'unreadable', boolean, boolean]>([
  [5, false, true],
  [5, true, true],
  [6, false, false],
  [6, true, true],
  [4, true, false],
  ['none', true, false],
  ['unreadable', true, false],
])('a schema at %s does for a version at 5, where newer is accepted (%s): %s', (applied, acceptNewer, isWell) => {
  expect(schemaFault(applied, 5, { acceptNewer }) === undefined).toBe(isWell);
});
