import { sharedRead } from '@rohnamo/journal';
import { and, arrayContains, desc, eq, lt, ne, sql } from 'drizzle-orm';
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

    /** Those that may entrust a person to an organisation: active, and for referral to it. What that organisation recorded itself does not. */
    entrusting: ({
      beneficiaryId,
      organisationId,
    }: {
      beneficiaryId: string;
      organisationId: string;
    }): Promise<ConsentRow[]> =>
      db
        .select()
        .from(consent)
        .where(
          and(
            eq(consent.beneficiaryId, beneficiaryId),
            eq(consent.recipientOrganisationId, organisationId),
            ne(consent.organisationId, organisationId),
            eq(consent.state, 'active'),
            arrayContains(consent.purposes, ['referral']),
          ),
        )
        .orderBy(desc(consent.id)),

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
