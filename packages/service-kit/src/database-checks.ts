import { Client } from 'pg';
import { appliedIn, isOfAnother, knownIn, newestOf, ofAnother } from './applied-migrations.ts';
import { BootFault, databaseFault, tooOld } from './boot-fault.ts';
import { connectWithinMs, majorOf, postgresMajorMin } from './database.ts';

export interface CheckedDatabase {
  /** The variable that holds the address. */
  variable: string;
  url: string;
  /** Folder of the numbered SQL that drizzle-kit generated. */
  migrationsFolder: string;
  /** Whether a schema that a newer version has made will do. */
  acceptNewer: boolean;
}

/**
 * Sees that a database can be used as it is: it answers, is new enough, and has the schema of this version.
 * @throws BootFault, which says what is wrong and what to do
 */
export async function checkDatabase({ variable, url, ...schema }: CheckedDatabase): Promise<void> {
  const fault = await faultOf(variable, url, async (client) => {
    const [applied, known] = [await appliedIn(client), await knownIn(schema.migrationsFolder)];
    return isOfAnother(applied, known) ? ofAnother : schemaFault(newestOf(applied), known.newest, schema);
  });
  if (fault !== undefined) throw fault;
}

/** What keeps a Postgres from being used at all: that it cannot be connected to, or is too old. */
export const postgresFault = (
  variable: string,
  url: string,
  { withinMs = connectWithinMs } = {},
): Promise<BootFault | undefined> => faultOf(variable, url, async () => undefined, withinMs);

async function faultOf(
  variable: string,
  url: string,
  look: (client: Client) => Promise<string | undefined>,
  withinMs = connectWithinMs,
): Promise<BootFault | undefined> {
  const client = new Client({
    connectionString: url,
    application_name: 'check at the start',
    connectionTimeoutMillis: withinMs,
  });
  client.on('error', () => undefined); // a connection that breaks fails the query under way
  try {
    await client.connect();
    const major = await majorOf(client);
    if (major < postgresMajorMin) return tooOld(variable, major);
    const words = await look(client);
    return words === undefined ? undefined : new BootFault(`${variable}: ${words}.`);
  } catch (error) {
    return databaseFault(variable, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What is wrong with the schema, by the times of the newest migration that is applied and of the newest that this version has. */
export function schemaFault(
  applied: number | 'none' | 'unreadable',
  known: number,
  { acceptNewer }: { acceptNewer: boolean },
): string | undefined {
  const job = 'run the command migrate (with DATABASE_OWNER_URL) of this version first';
  if (applied === 'none') return `its schema is not there yet: ${job}`;
  if (applied === 'unreadable' || applied < known) return `its schema is older than this version: ${job}`;
  if (applied > known && !acceptNewer)
    return 'its schema is newer than this version: start the version that migrated it, or a later one; amid a rolling upgrade set ACCEPT_NEWER_SCHEMA to true';
  return undefined;
}
