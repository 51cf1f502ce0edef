import { sharedRead } from '@rohnamo/journal';
import { asc, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { client, type ClientRow } from '../schema.ts';

/** Reads of the clients. */
export function createClientStore(pool: Pool) {
  const db = drizzle(pool);
  const byClientIds = db
    .select()
    .from(client)
    .where(sql`${client.clientId} = any(${sql.placeholder('clientIds')})`)
    .prepare('clients by client id');

  return {
    /** As it stands now; what is asked while a read is under way goes together in the next. */
    byClientId: sharedRead<string, ClientRow>(async (clientIds) => {
      const rows = await byClientIds.execute({ clientIds });
      return new Map(rows.map((row) => [row.clientId, row]));
    }),
    all: (): Promise<ClientRow[]> => db.select().from(client).orderBy(asc(client.clientId)),
  };
}
export type ClientStore = ReturnType<typeof createClientStore>;
