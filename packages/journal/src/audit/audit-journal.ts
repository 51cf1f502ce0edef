import type { Pool } from 'pg';
import type { AuditRow } from '../export/export-line.ts';
import { readSealedRows } from '../export/sealed-rows.ts';
import { newestCheckpoint } from '../sealer.ts';
import { hashOfLeaf } from '../tree/leaf.ts';
import { auditEntries } from './audit-entries.ts';
import type { Finding } from './finding.ts';

/**
 * Audits a whole journal where it stands: its entries against its tiles, so that a changed row is named, and against its
 * newest checkpoint and those that somebody kept outside.
 * @returns what is wrong; nothing where all is as it was sealed.
 */
export async function auditJournal(
  pool: Pool,
  { verifier, kept = [] }: { verifier: string; kept?: readonly string[] },
): Promise<Finding[]> {
  const newest = await newestCheckpoint(pool);
  const checkpoints = newest === null ? kept : [newest, ...kept];
  return (await auditEntries(rowsOf(pool), { verifier, checkpoints })).findings;
}

async function* rowsOf(pool: Pool): AsyncGenerator<[AuditRow]> {
  for await (const { position, sealed, entry } of readSealedRows(pool))
    yield [{ position, sealed, entry: entry && { ...entry, hash: hashOfLeaf(entry) } }];
}
