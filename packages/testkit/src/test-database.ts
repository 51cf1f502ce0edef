import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneDatabase, dropDatabase, type PostgresServer, provisionDatabase } from '@rohnamo/backing-services';
import pg from 'pg';
import { testPostgres } from './backing.ts';

/** Role passwords of test databases: the same for every clone, for roles belong to the whole server. */
const passwords = {
  owner: 'test-owner-role-of-a-throwaway-server',
  app: 'test-app-role-of-a-throwaway-server',
  sealer: 'test-sealer-role-of-a-throwaway-server',
};

export interface TestDatabase {
  name: string;
  superuserUrl: string;
  ownerUrl: string;
  appUrl: string;
  sealerUrl: string;
  drop: () => Promise<void>;
}

/**
 * A database of one service, migrated, empty, and this test's own: a clone of a template that is made once per set of migrations.
 * It is on the server of the test run, unless another is given.
 */
export async function testDatabase(
  {
    service,
    migrationsFolder,
    migrate,
  }: {
    service: string;
    migrationsFolder: string;
    migrate: (ownerUrl: string) => Promise<void>;
  },
  server?: Pick<PostgresServer, 'superuserUrl'>,
): Promise<TestDatabase> {
  const { superuserUrl } = server ?? (await testPostgres());
  const template = `template_${service}_${await fingerprint(migrationsFolder)}`;
  await locked(superuserUrl, template, async () => {
    if (await exists(superuserUrl, template)) return;
    const building = `${template}_building`;
    await dropDatabase(superuserUrl, building);
    const { ownerUrl } = await provisionDatabase(superuserUrl, { service, passwords, database: building });
    await migrate(ownerUrl);
    await query(superuserUrl, `alter database "${building}" rename to "${template}"`);
  });
  const name = `test_${service}_${randomBytes(6).toString('hex')}`;
  await cloneDatabase(superuserUrl, template, name);
  const urlAs = (role: keyof typeof passwords) => {
    const url = new URL(superuserUrl);
    url.username = `${service}_${role}`;
    url.password = passwords[role];
    url.pathname = `/${name}`;
    return url.href;
  };
  return {
    name,
    superuserUrl: Object.assign(new URL(superuserUrl), { pathname: `/${name}` }).href,
    ownerUrl: urlAs('owner'),
    appUrl: urlAs('app'),
    sealerUrl: urlAs('sealer'),
    drop: () => dropDatabase(superuserUrl, name),
  };
}

async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  for (const file of files) hash.update(file).update(await readFile(join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}

async function exists(url: string, database: string): Promise<boolean> {
  return (await query(url, 'select 1 from pg_database where datname = $1', [database])).length > 0;
}

async function query(url: string, text: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** One at a time among all test processes of this server. */
async function locked(url: string, name: string, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    await work();
  } finally {
    await client.end();
  }
}
