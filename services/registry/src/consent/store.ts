import type { WorkPlace } from '@rohnamo/contracts';
import { sharedRead } from '@rohnamo/journal';
import { and, arrayContains, desc, eq, lt, ne, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { consent, type ConsentRow } from '../schema.ts';

/** Whether a consent of the caller's organisation was recorded where they work: `isOpenTo`, asked of the database. */
const openTo = ({ facilityIds, deskIds }: WorkPlace): SQL => {
  const [facilities, desks] = [sql.param([...facilityIds]), sql.param([...deskIds])];
  return sql`coalesce(${consent.deskIds}, '{}') <@ ${desks}::uuid[] and (coalesce(cardinality(${consent.facilityIds}), 0) = 0
    or cardinality(${facilities}::uuid[]) = 0 or ${consent.facilityIds} && ${facilities}::uuid[])`;
};

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

    /** Those that an organisation recorded of a person at the places of whoever asks, newest first, from below `beforeId`. */
    ofBeneficiary: ({
      id,
      organisationId,
      at,
      beforeId,
      limit,
    }: {
      id: string;
      organisationId: string;
      at: WorkPlace;
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
            openTo(at),
            beforeId === undefined ? undefined : lt(consent.id, beforeId),
          ),
        )
        .orderBy(desc(consent.id))
        .limit(limit),
  };
}
