import { auditJournal, noteKey, verifierKey } from '@rohnamo/journal';
import type { ServiceName } from '@rohnamo/launch';
import { Pool } from 'pg';
import type { DatabaseBackup } from '../backup/manifest.ts';

export interface Proof {
  entries: number;
  /** Checkpoints kept outside that the restored journal begins with, or is. */
  heldAgainst: number;
  /** Kept outside, and over more entries than there are now: so many are lost. */
  rolledBack: string[];
  /** Versions that are missing since an earlier restore. */
  gaps: string[];
}

/**
 * Proves that a restored journal is the one that was sealed: every entry against its tile, all of them against the backup's newest
 * checkpoint and those that were kept outside.
 * @throws naming what is not as it was sealed.
 */
export async function proveJournal(
  ownerUrl: string,
  {
    service,
    signingKey,
    backup,
    kept,
  }: { service: ServiceName; signingKey: string; backup: DatabaseBackup; kept: readonly string[] },
): Promise<Proof> {
  const pool = new Pool({ connectionString: ownerUrl, max: 1 });
  pool.on('error', () => undefined);
  try {
    const findings = await auditJournal(pool, {
      verifier: verifierKey(noteKey(`rohnamo/${service}`, signingKey)),
      kept: [...(backup.checkpoint === null ? [] : [backup.checkpoint]), ...kept],
    });
    const of = (what: string) => findings.filter((finding) => finding.what === what).map(({ detail }) => detail);
    const { rows } = await pool.query<{ entries: string }>('select coalesce(max(position), 0) as entries from place');
    const entries = Number(rows[0]?.entries ?? 0);
    const broken = findings.filter(({ what }) => what !== 'rolled-back' && what !== 'version-gap');
    if (entries !== backup.entries)
      throw new Error(`the journal of ${service} has ${entries} entries, and ${backup.entries} were backed up`);
    if (broken.length > 0) {
      const said = broken
        .slice(0, 5)
        .map(({ what, position, detail }) => `${what}${position === undefined ? '' : ` at ${position}`}: ${detail}`);
      throw new Error(
        `the journal of ${service} is not the one that was sealed, in ${broken.length} ways. ${said.join('; ')}`,
      );
    }
    const rolledBack = of('rolled-back');
    return { entries, heldAgainst: kept.length - rolledBack.length, rolledBack, gaps: of('version-gap') };
  } finally {
    await pool.end();
  }
}
