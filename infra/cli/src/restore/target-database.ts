import { databaseUrl, dropDatabase, provisionDatabase } from '@rohnamo/backing-services';
import type { ServiceName } from '@rohnamo/launch';
import { Client } from 'pg';
import type { Installation } from '../installation.ts';

/** An installation whose databases may be made anew. */
export type Restorable = Installation & { superuserUrl: string };

export async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({
    connectionString: url,
    application_name: 'rohnamo restore',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined); // the query under way fails, too
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** @throws while anybody is connected to the database of a service that is to be restored. */
export async function refuseInUse({ superuserUrl, databaseOf }: Restorable, service: ServiceName): Promise<void> {
  const { rows } = await withClient(superuserUrl, (client) =>
    client.query<{ name: string; count: string }>(
      `select coalesce(nullif(application_name, ''), usename) as name, count(*) from pg_stat_activity where datname = $1 and backend_type = 'client backend' group by 1 order by 1`,
      [databaseOf(service)],
    ),
  );
  if (rows.length === 0) return;
  const who = rows.map(({ name, count }) => `${name} (${count})`).join(', ');
  throw new Error(`the database of ${service} is in use by ${who}: stop ${service} first, every replica of it`);
}

/** `absent`, or without a row in any table, or not. */
export async function contentOf(
  { superuserUrl, databaseOf }: Restorable,
  service: ServiceName,
): Promise<'absent' | 'empty' | 'filled'> {
  const database = databaseOf(service);
  const exists = await withClient(superuserUrl, (client) =>
    client.query('select from pg_database where datname = $1', [database]),
  );
  if (exists.rowCount === 0) return 'absent';
  return withClient(databaseUrl(superuserUrl, { database }), async (client) => {
    const { rows } = await client.query<{ table: string }>(
      `select tablename as table from pg_tables where schemaname = 'public'`,
    );
    for (const { table } of rows) {
      const { rowCount } = await client.query(`select from public.${client.escapeIdentifier(table)} limit 1`);
      if (rowCount !== 0) return 'filled';
    }
    return 'empty';
  });
}

const restoringName = (installation: Restorable, service: ServiceName) =>
  `${installation.databaseOf(service)}_restoring`;

/** A database beside the real one, with its roles: what is there is not touched before all is proved. Answers its address as its owner. */
export async function makeBeside(installation: Restorable, service: ServiceName): Promise<string> {
  const database = restoringName(installation, service);
  await dropDatabase(installation.superuserUrl, database);
  const passwords = installation.databasePasswords[service];
  const { ownerUrl } = await provisionDatabase(installation.superuserUrl, { service, passwords, database });
  return ownerUrl;
}

export const dropBeside = (installation: Restorable, service: ServiceName): Promise<void> =>
  dropDatabase(installation.superuserUrl, restoringName(installation, service));

/** Puts the restored database in the place of the real one. What was there keeps a name of its own, which is answered; null where nothing was. */
export async function swapIn(installation: Restorable, service: ServiceName, at: Date): Promise<string | null> {
  const database = installation.databaseOf(service);
  const content = await contentOf(installation, service);
  if (content === 'empty') await dropDatabase(installation.superuserUrl, database);
  const aside = `${database}_before_${at.toISOString().replaceAll(/\D/g, '').slice(0, 14)}`;
  await withClient(installation.superuserUrl, async (client) => {
    const rename = (from: string, to: string) =>
      client.query(`alter database ${client.escapeIdentifier(from)} rename to ${client.escapeIdentifier(to)}`);
    if (content === 'filled') await rename(database, aside);
    await rename(restoringName(installation, service), database);
  });
  return content === 'filled' ? aside : null;
}
