import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, tcpProxy, testPostgres } from '@rohnamo/testkit';
import { Client, type Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createPool, isDatabaseUnavailable, migrate, MigrationFailed } from '../src/database.ts';

let superuserUrl: string;
const folders: string[] = [];
const names: string[] = [];
const pools: Pool[] = [];

beforeAll(async () => {
  ({ superuserUrl } = await testPostgres());
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  for (const name of names) await ask(superuserUrl, `drop database if exists ${name} with (force)`);
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function emptyDatabase(): Promise<string> {
  const name = `kit_${crypto.randomUUID().replaceAll('-', '')}`;
  await ask(superuserUrl, `create database ${name}`);
  names.push(name);
  return Object.assign(new URL(superuserUrl), { pathname: `/${name}` }).href;
}

/** A folder as drizzle-kit writes it. */
async function migrationsOf(...statements: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rohnamo-migrations-'));
  folders.push(folder);
  await mkdir(join(folder, 'meta'));
  const entries = statements.map((_sql, idx) => ({
    idx,
    version: '7',
    when: 1_000 + idx,
    tag: `000${idx}_step`,
    breakpoints: true,
  }));
  await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'postgresql', entries }));
  for (const [index, sql] of statements.entries()) await writeFile(join(folder, `000${index}_step.sql`), sql);
  return folder;
}

const poolOf = (url: string, options: Partial<Parameters<typeof createPool>[1]> = {}): Pool => {
  const pool = createPool(url, { applicationName: 'kit test', max: 2, ...options });
  pools.push(pool);
  return pool;
};

/** A pool over a link that can be made to fail, until the test is over. */
async function linkedPool(options: Parameters<typeof poolOf>[1] = {}) {
  const { hostname: host, port } = new URL(superuserUrl);
  const link = await tcpProxy({ host, port: Number(port) });
  onTestFinished(() => link.stop());
  const url = Object.assign(new URL(superuserUrl), { hostname: link.host, port: String(link.port) }).href;
  return { link, pool: poolOf(url, options) };
}

describe('migrations', () => {
  it('are applied once by five replicas that boot at the same time, and not again later', async () => {
    const ownerUrl = await emptyDatabase();
    const migrationsFolder = await migrationsOf(
      'create table thing (id int primary key);--> statement-breakpoint\nselect pg_sleep(0.3)',
      'insert into thing values (1)',
    );
    const boot = () => migrate({ ownerUrl, migrationsFolder, lockKey: 'kit' });
    await Promise.all([boot(), boot(), boot(), boot(), boot()]);
    await boot();
    expect(await ask(ownerUrl, 'select id from thing')).toEqual([{ id: 1 }]);
    expect(await ask(ownerUrl, 'select count(*)::int from drizzle.__drizzle_migrations')).toEqual([{ count: 2 }]);
  });

  it('that fail leave nothing behind, say so, and can be applied once they are mended', async () => {
    const ownerUrl = await emptyDatabase();
    const broken = await migrationsOf(
      'create table thing (id int);--> statement-breakpoint\ncreate tabel other (id int)',
    );
    const failure = migrate({ ownerUrl, migrationsFolder: broken, lockKey: 'kit' });
    await expect(failure).rejects.toBeInstanceOf(MigrationFailed);
    await expect(failure).rejects.toThrow('a statement failed');
    expect(await ask(ownerUrl, `select to_regclass('thing') as thing`)).toEqual([{ thing: null }]);
    await migrate({ ownerUrl, migrationsFolder: await migrationsOf('create table thing (id int)'), lockKey: 'kit' });
    expect(await ask(ownerUrl, `select to_regclass('thing')::text as thing`)).toEqual([{ thing: 'thing' }]);
  });

  it('wait for the replica that migrates just now, and not for ever', async () => {
    const ownerUrl = await emptyDatabase();
    const gate = new Client(ownerUrl);
    await gate.connect();
    onTestFinished(() => gate.end());
    await gate.query('select pg_advisory_lock(1)');
    const migrationsFolder = await migrationsOf('select pg_advisory_lock(1)');
    const first = migrate({ ownerUrl, migrationsFolder, lockKey: 'kit' });
    const waiting = `select 1 from pg_locks join pg_database on oid = database
      where locktype = 'advisory' and not granted and datname = current_database()`;
    await eventually(async () => (await ask(ownerUrl, waiting)).length > 0);
    await expect(migrate({ ownerUrl, migrationsFolder, lockKey: 'kit', lockTimeoutMs: 100 })).rejects.toThrow(
      'another replica held the lock for too long',
    );
    await gate.query('select pg_advisory_unlock(1)');
    await first;
  });

  it('say that the owner cannot connect', async () => {
    const ownerUrl = Object.assign(new URL(await emptyDatabase()), { password: 'another' }).href;
    const failure = migrate({ ownerUrl, migrationsFolder: await migrationsOf('select 1'), lockKey: 'kit' });
    await expect(failure).rejects.toThrow('DATABASE_OWNER_URL: its password is not');
    await expect(failure).rejects.not.toThrow('another');
  });
});

describe('a pool', () => {
  it('says who it is', async () => {
    const pool = poolOf(superuserUrl);
    const { rows } = await pool.query(`select current_setting('application_name') as name`);
    expect(rows).toEqual([{ name: 'kit test' }]);
  });

  it('ends a statement that takes too long', async () => {
    const pool = poolOf(superuserUrl, { statementTimeoutMs: 100 });
    await expect(pool.query('select pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
  });

  it('outlives the end of its connections, and knows it for an outage', async () => {
    const pool = poolOf(superuserUrl);
    await pool.query('select 1');
    const sleeping = pool.query('select pg_sleep(5)').then(
      () => undefined,
      (error: unknown) => error,
    );
    const ofOurs = `from pg_stat_activity where application_name = 'kit test'`;
    await eventually(
      async () => (await ask(superuserUrl, `select 1 ${ofOurs} and state = 'active' and query ~ 'sleep'`)).length > 0,
    );
    await ask(superuserUrl, `select pg_terminate_backend(pid) ${ofOurs}`);
    expect(isDatabaseUnavailable(await sleeping)).toBe(true);
    await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('does not wait for ever for a connection, and knows it for an outage', async () => {
    const nowhere = poolOf('postgres://app:none@127.0.0.1:1/none');
    const error = await nowhere.query('select 1').catch((error: unknown) => error);
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it('outlives a connection that is lost while it is taken out', async () => {
    const { pool, link } = await linkedPool();
    const client = await pool.connect();
    const sleeping = client.query('select pg_sleep(5)').catch((error: unknown) => error);
    link.cut();
    expect(isDatabaseUnavailable(await sleeping)).toBe(true);
    client.release(true);
    link.resume();
    await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('gives up every connection that was open, when one of them no longer answers', async () => {
    const { pool, link } = await linkedPool({ statementTimeoutMs: 1000, max: 4 });
    const clients = await Promise.all(Array.from({ length: 4 }, () => pool.connect()));
    for (const client of clients) client.release();
    link.blackHole();
    const error = await pool.query('select 1').catch((error: unknown) => error);
    expect(isDatabaseUnavailable(error)).toBe(true);
    link.resume();
    await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('has the server forget it, too, within half a minute of its going without a word', async () => {
    const { rows } = await poolOf(superuserUrl).query('show tcp_keepalives_idle');
    expect(rows).toEqual([{ tcp_keepalives_idle: '10' }]);
  });

  it('takes a server without room on its disk for one that cannot be asked', async () => {
    const error = await poolOf(superuserUrl)
      .query(`do $$ begin raise exception 'full' using errcode = 'disk_full'; end $$`)
      .catch((error: unknown) => error);
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it('does not take a mistake in a query for an outage', async () => {
    const error = await poolOf(superuserUrl)
      .query('select nothing')
      .catch((error: unknown) => error);
    expect(isDatabaseUnavailable(error)).toBe(false);
  });
});
