import { sharedRead } from '@rohnamo/journal';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { heldRow, type HeldRow } from '../schema.ts';

/** Reads of rows that are held. */
export function createHeldStore(pool: Pool) {
  const db = drizzle(pool);
  const byIds = db
    .select()
    .from(heldRow)
    .where(sql`${heldRow.id} = any(${sql.placeholder('ids')})`)
    .prepare('held rows by id');
  const waitingOf = db
    .select()
    .from(heldRow)
    .where(and(sql`${heldRow.beneficiaryId} = any(${sql.placeholder('ids')})`, sql`${heldRow.state} = 'waiting'`))
    .prepare('held rows of persons');

  return {
    byId: sharedRead<string, HeldRow>(async (ids) => {
      const rows = await byIds.execute({ ids });
      return new Map(rows.map((row) => [row.id, row]));
    }),

    /** Those that wait, by person. */
    waitingOf: async (ids: readonly string[]): Promise<Map<string, HeldRow>> => {
      const rows = await waitingOf.execute({ ids });
      return new Map(rows.map((row) => [row.beneficiaryId, row]));
    },

    /** Those of an organisation that wait, oldest first, from after an id. */
    waitingIn: ({
      organisationId,
      batchId,
      afterId,
      limit,
    }: {
      organisationId: string;
      batchId: string | undefined;
      afterId: string | undefined;
      limit: number;
    }): Promise<HeldRow[]> =>
      db
        .select()
        .from(heldRow)
        .where(
          and(
            eq(heldRow.organisationId, organisationId),
            sql`${heldRow.state} = 'waiting'`,
            batchId === undefined ? undefined : eq(heldRow.batchId, batchId),
            afterId === undefined ? undefined : gt(heldRow.id, afterId),
          ),
        )
        .orderBy(asc(heldRow.id))
        .limit(limit),
  };
}
