import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { z } from 'zod';
import { BootFault, codeOf } from './boot-fault.ts';

/** The times of the first and the newest migration; of a database, of those that were applied. */
export interface Span {
  first: number;
  newest: number;
}
/** The migrations of a database: none yet, or they may not be read by its role. */
export type Applied = Span | 'none' | 'unreadable';

/** When the newest of them was made. */
export const newestOf = (applied: Applied) => (typeof applied === 'string' ? applied : applied.newest);

/** What is said of a database that another service has migrated. */
export const ofAnother = 'its database is that of another service: correct the name of the database';

/** What is said of a database that no service has migrated, and that is in use all the same. */
const ofStranger =
  'its database holds tables, and no migration made them: correct the name of the database; provisioning makes an empty one';

/** Whether another service has migrated a database: each service's first migration has a time of its own, and stays the first. */
export const isOfAnother = (applied: Applied, known: Span): boolean =>
  typeof applied !== 'string' && applied.first !== known.first;

/** Sees, as its owner, that a database is nobody else's before it is migrated. @throws BootFault */
export async function checkOwnership(client: Client, migrationsFolder: string): Promise<void> {
  const applied = await appliedIn(client);
  if (isOfAnother(applied, await knownIn(migrationsFolder))) throw new BootFault(`DATABASE_OWNER_URL: ${ofAnother}.`);
  if (applied === 'none' && (await holdsTables(client))) throw new BootFault(`DATABASE_OWNER_URL: ${ofStranger}.`);
}

/** Tables of extensions are nobody's, and the migrator's own says nothing of whose the database is. */
async function holdsTables(client: Client): Promise<boolean> {
  const { rowCount } = await client.query(`
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('information_schema', 'drizzle') and not starts_with(n.nspname, 'pg_')
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    limit 1`);
  return (rowCount ?? 0) > 0;
}

/** What was applied to a database. */
export async function appliedIn(client: Client): Promise<Applied> {
  try {
    const { rows } = await client.query<{ first: string | null; newest: string | null }>(
      'select min(created_at) as first, max(created_at) as newest from drizzle.__drizzle_migrations',
    );
    const { first = null, newest = null } = rows[0] ?? {};
    return first === null || newest === null ? 'none' : { first: Number(first), newest: Number(newest) };
  } catch (error) {
    const code = codeOf(error);
    if (code === '42501') return 'unreadable'; // the right to read it came with a migration
    if (code === '42P01' || code === '3F000') return 'none';
    throw error;
  }
}

const Journal = z.looseObject({ entries: z.array(z.looseObject({ when: z.number() })) });

/** What this version has, in the folder of the numbered SQL. */
export async function knownIn(migrationsFolder: string): Promise<Span> {
  const journal = Journal.parse(JSON.parse(await readFile(join(migrationsFolder, 'meta', '_journal.json'), 'utf8')));
  return { first: journal.entries[0]?.when ?? 0, newest: journal.entries.at(-1)?.when ?? 0 };
}
