import { sharedRead } from '@rohnamo/journal';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { consent, type ConsentRow } from '../schema.ts';

/** Reads of consents. Those by id are shared between the requests that wait for them at the same time. */
export function createConsentStore(pool: Pool) {
  const db = drizzle(pool);
  const byIds = db
    .select()
    .from(consent)
    .where(sql`${consent.id} = any(${sql.placeholder('ids')})`)
    .prepare('consents by id');

  return {
    byId: sharedRead<string, ConsentRow>(async (ids) => {
      const rows = await byIds.execute({ ids });
      return new Map(rows.map((row) => [row.id, row]));
    }),

    /** Whether a person has consented to be referred to an organisation, and the consent stands. */
    isEntrusted: async (entrusted: { beneficiaryId: string; organisationId: string; now: Date }): Promise<boolean> => {
      const { rows } = await pool.query<{ yes: boolean }>({
        name: 'is entrusted',
        text: `select exists (select from consent where beneficiary_id = $1 and recipient_organisation_id = $2 and state = 'active'
          and 'referral' = any(purposes) and (ends_at is null or ends_at > $3)) as yes`,
        values: [entrusted.beneficiaryId, entrusted.organisationId, entrusted.now],
      });
      return rows[0]?.yes === true;
    },

    /** Those that an organisation recorded of a person, newest first, from below `beforeId`. */
    ofBeneficiary: ({
      id,
      organisationId,
      beforeId,
      limit,
    }: {
      id: string;
      organisationId: string;
      beforeId: string | undefined;
      limit: number;
    }): Promise<ConsentRow[]> =>
      db
        .select()
        .from(consent)
        .where(
          and(
            eq(consent.beneficiaryId, id),
            eq(consent.organisationId, organisationId),
            beforeId === undefined ? undefined : lt(consent.id, beforeId),
          ),
        )
        .orderBy(desc(consent.id))
        .limit(limit),
  };
}
