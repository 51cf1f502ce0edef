import { sharedRead } from '@rohnamo/journal';
import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { beneficiary, type BeneficiaryRow } from '../schema.ts';

/** Reads of persons. Those by id are shared between the requests that wait for them at the same time. */
export function createPersonStore(pool: Pool) {
  const db = drizzle(pool);
  const byIds = db
    .select()
    .from(beneficiary)
    .where(sql`${beneficiary.id} = any(${sql.placeholder('ids')})`)
    .prepare('persons by id');
  const byExternalIds = db
    .select()
    .from(beneficiary)
    .where(
      and(
        eq(beneficiary.organisationId, sql.placeholder('organisationId')),
        eq(beneficiary.sourceSystem, sql.placeholder('sourceSystem')),
        sql`${beneficiary.externalId} = any(${sql.placeholder('externalIds')})`,
      ),
    )
    .prepare('persons by external id');

  return {
    byId: sharedRead<string, BeneficiaryRow>(async (ids) => {
      const rows = await byIds.execute({ ids });
      return new Map(rows.map((row) => [row.id, row]));
    }),

    /** Those of an organisation that a source system calls so, by external id. */
    byExternalIds: async (of: {
      organisationId: string;
      sourceSystem: string;
      externalIds: readonly string[];
    }): Promise<Map<string, BeneficiaryRow>> => {
      const rows = await byExternalIds.execute({ ...of });
      return new Map(rows.map((row) => [row.externalId ?? '', row]));
    },
  };
}
