import type { Offering } from '@rohnamo/contracts';
import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { isTakenOnNow, referral } from '../schema.ts';

const takenOnStatement = new PgDialect().sqlToQuery(
  sql`select o.id, taken.tasks from unnest(${sql.placeholder('ids')}::uuid[], ${sql.placeholder('places')}::int[]) as o(id, places)
    cross join lateral (select count(*)::int as tasks from (
      select from ${referral} where ${referral.offeringId} = o.id and ${isTakenOnNow(referral)} limit o.places) task) taken`,
).sql;

/**
 * How many tasks take a place of each offering now, as far as it says how many places it has: when these are taken no more are counted, so
 * that it takes no longer where more has been taken on. The index referral_taken_on serves it.
 */
export async function takenOnAt(
  pool: Pool,
  offerings: readonly Pick<Offering, 'id' | 'placesPerWeek'>[],
): Promise<Map<string, number>> {
  const limited = offerings.filter(({ placesPerWeek }) => placesPerWeek !== undefined);
  const { rows } = await pool.query<{ id: string; tasks: number }>({
    name: 'tasks taken on by offering',
    text: takenOnStatement,
    values: [limited.map(({ id }) => id), limited.map(({ placesPerWeek }) => placesPerWeek)],
  });
  return new Map(rows.map(({ id, tasks }) => [id, tasks]));
}
