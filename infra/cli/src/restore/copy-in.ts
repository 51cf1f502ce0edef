import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DatabaseBackup } from '../backup/manifest.ts';

/**
 * Loads every table of a backup in one transaction, as the owner, and sets the sequences. Memory stays flat. COPY writes identity
 * columns as they were; no table has triggers or foreign keys, and one that had would be refused here, as a whole.
 * @throws where a table takes another number of rows than was backed up.
 */
export async function copyIn(ownerUrl: string, folder: string, { tables, sequences }: DatabaseBackup): Promise<void> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'rohnamo restore' });
  client.on('error', () => undefined); // the query under way fails, too
  await client.connect();
  try {
    await client.query('begin');
    for (const { table, columns, rows, file } of tables) {
      const names = columns.map((column) => client.escapeIdentifier(column)).join();
      const into = client.query(copyFrom(`copy public.${client.escapeIdentifier(table)} (${names}) from stdin`));
      await pipeline(createReadStream(join(folder, file)), createGunzip(), into);
      if (into.rowCount !== rows)
        throw new Error(
          `${file} holds ${into.rowCount} rows, and ${rows} were backed up: the manifest is not of this backup`,
        );
    }
    for (const [name, last] of Object.entries(sequences))
      await client.query('select setval($1::regclass, $2::bigint)', [`public.${client.escapeIdentifier(name)}`, last]);
    await client.query('commit');
    await client.query('analyze');
  } finally {
    await client.end();
  }
}
