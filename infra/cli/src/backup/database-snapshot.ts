import { join } from 'node:path';
import type { ServiceName } from '@rohnamo/launch';
import { Client } from 'pg';
import { copyOut } from './copy-out.ts';
import type { DatabaseBackup, TableBackup } from './manifest.ts';

/** One moment of a database, held still while it is read. It blocks nobody; while it is held, vacuum reclaims nothing newer. */
export interface DatabaseSnapshot {
  /** Writes every table into the folder. */
  write: (folder: string) => Promise<Omit<DatabaseBackup, 'kafka'>>;
  close: () => Promise<void>;
}

/** @throws where the database cannot be reached as its owner. */
export async function openSnapshot(service: ServiceName, ownerUrl: string): Promise<DatabaseSnapshot> {
  const client = new Client({
    connectionString: ownerUrl,
    application_name: 'rohnamo backup',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined); // the query under way fails, too
  await client.connect().catch((cause: unknown) => {
    throw new Error(`the database of ${service} cannot be reached as its owner`, { cause });
  });
  const read = async <Row extends object>(text: string): Promise<Row[]> => (await client.query<Row>(text)).rows;
  await client.query('begin transaction isolation level repeatable read read only');
  await client.query('select 1'); // the moment is that of the first query

  return {
    async write(folder) {
      const tables: TableBackup[] = [];
      for (const { table, columns } of await read<{ table: string; columns: string[] }>(tablesQuery)) {
        const file = `${service}.${table}.copy.gz`;
        tables.push({ table, columns, file, ...(await copyOut(client, { table, columns, path: join(folder, file) })) });
      }
      const [journal] = await read<{ entries: string; checkpoint: string | null }>(journalQuery);
      return {
        migrations: (await read<{ hash: string; created_at: string }>(migrationsQuery)).map((row) => ({
          sha256: row.hash,
          createdAt: Number(row.created_at),
        })),
        tables,
        sequences: Object.fromEntries(
          (await read<{ name: string; last: string }>(sequencesQuery)).map(({ name, last }) => [name, last]),
        ),
        entries: Number(journal?.entries ?? 0),
        checkpoint: journal?.checkpoint ?? null,
      };
    },
    close: () => client.end(),
  };
}

/** Columns that the database computes itself are left out. */
const tablesQuery = `select relname as table, array_agg(attname::text order by attnum) as columns
  from pg_class c join pg_attribute a on attrelid = c.oid
  where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped and attgenerated = ''
  group by relname order by relname`;
const migrationsQuery = 'select hash, created_at from drizzle.__drizzle_migrations order by created_at';
const sequencesQuery = `select sequencename as name, last_value as last from pg_sequences where schemaname = 'public' and last_value is not null`;
const journalQuery = `select (select coalesce(max(position), 0) from place) as entries,
  (select note from checkpoint order by size desc limit 1) as checkpoint`;
