import type { Offering } from '@rohnamo/contracts';
import { sharedRead } from '@rohnamo/journal';
import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { isTakenOnNow, referral } from '../schema.ts';

type Limited = Pick<Offering, 'id' | 'placesPerWeek'>;

const takenOnStatement = new PgDialect().sqlToQuery(
  sql`select o.nth::int, taken.tasks from unnest(${sql.placeholder('ids')}::uuid[], ${sql.placeholder('places')}::int[]) with ordinality as o(id, places, nth)
    cross join lateral (select count(*)::int as tasks from (
      select from ${referral} where ${referral.offeringId} = o.id and ${isTakenOnNow(referral)} limit o.places) task) taken`,
).sql;

/**
 * How many tasks take a place of each offering now, as far as it says how many places it has: when these are taken no more are counted, so
 * that it takes no longer where more has been taken on. Questions that wait at the same time have each offering counted once. The index
 * referral_taken_on serves it.
 */
export function createTakenOn(pool: Pool) {
  const count = sharedRead<Limited, number>(async (offerings) => {
    const { rows } = await pool.query<{ nth: number; tasks: number }>({
      name: 'tasks taken on by offering',
      text: takenOnStatement,
      values: [offerings.map(({ id }) => id), offerings.map(({ placesPerWeek }) => placesPerWeek)],
    });
    return new Map(rows.map(({ nth, tasks }) => [offerings[nth - 1]!, tasks]));
  });

  return async (offerings: readonly Limited[]): Promise<Map<string, number>> => {
    const limited = offerings.filter(({ placesPerWeek }) => placesPerWeek !== undefined);
    return new Map(
      await Promise.all(
        limited.map(async (offering): Promise<[string, number]> => [offering.id, (await count(offering)) ?? 0]),
      ),
    );
  };
}
export type TakenOn = ReturnType<typeof createTakenOn>;
