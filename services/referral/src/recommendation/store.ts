import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { isTakenOnNow, referral } from '../schema.ts';

const takenOnStatement = new PgDialect().sqlToQuery(
  sql`select ${referral.offeringId} as id, count(*)::int as tasks from ${referral}
    where ${referral.offeringId} = any(${sql.placeholder('ids')}) and ${isTakenOnNow(referral)} group by 1`,
).sql;

/** How many tasks take a place of each offering now; an offering without one is left out. The index referral_taken_on serves it. */
export async function takenOnAt(pool: Pool, offeringIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; tasks: number }>({
    name: 'tasks taken on by offering',
    text: takenOnStatement,
    values: [offeringIds],
  });
  return new Map(rows.map(({ id, tasks }) => [id, tasks]));
}
