import { auditJournal, noteKey, verifierKey } from '@rohnamo/journal';
import { createPool } from '@rohnamo/service-kit';
import { eventually, type TestDatabase } from '@rohnamo/testkit';
import type { FoundJournal } from './reckoning.ts';

/** A lease of one that was killed ends after 10 s. */
const leaseWait = { withinMs: 30_000, everyMs: 100 };

/** A service's journal as somebody sees it who may read its database. */
export interface JournalAccess {
  /** Audits all of it. */
  audit(): Promise<FoundJournal>;
  /** Resolves when every lease has been taken or renewed since now. */
  leasesRenewed(): Promise<unknown>;
  close(): Promise<void>;
}

export function journalOf(
  service: string,
  { database, signingKey }: { database: TestDatabase; signingKey: string },
): JournalAccess {
  const pool = createPool(database.superuserUrl, { applicationName: 'reckoning', max: 2 });
  const verifier = verifierKey(noteKey(`rohnamo/${service}`, signingKey));
  const leases = async (): Promise<Map<string, number>> => {
    const { rows } = await pool.query<{ name: string; expires_at: Date }>('select name, expires_at from lease');
    return new Map(rows.map(({ name, expires_at }) => [name, expires_at.getTime()]));
  };
  return {
    async audit() {
      const findings = await auditJournal(pool, { verifier });
      const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from unplaced');
      return {
        service,
        findings: findings.map(({ what, position, detail }) => `${what} at ${position ?? 'no position'}: ${detail}`),
        unplacedCount: rows[0]!.count,
      };
    },
    async leasesRenewed() {
      const before = await leases();
      return eventually(async () => {
        const now = await leases();
        return [...before].every(([name, expiresAt]) => (now.get(name) ?? 0) > expiresAt);
      }, leaseWait);
    },
    close: () => pool.end(),
  };
}
