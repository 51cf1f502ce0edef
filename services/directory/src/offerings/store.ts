import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { facility, offering, type OfferingRow } from '../schema.ts';
import type { OfferingThere } from './decide.ts';

export function createOfferingStore(db: NodePgDatabase) {
  const byId = db
    .select({ offering, facility })
    .from(offering)
    .innerJoin(facility, eq(facility.id, offering.facilityId))
    .where(eq(offering.id, sql.placeholder('id')))
    .prepare('offering by id');

  return {
    find: async (id: string): Promise<OfferingThere | null> => (await byId.execute({ id }))[0] ?? null,
    /** What a facility offers, by the service's code, up to `limit`. */
    listOf: (
      facilityId: string,
      { afterService, limit }: { afterService: string | null; limit: number },
    ): Promise<OfferingRow[]> =>
      db
        .select()
        .from(offering)
        .where(
          and(
            eq(offering.facilityId, facilityId),
            afterService === null ? undefined : gt(offering.service, afterService),
          ),
        )
        .orderBy(asc(offering.service))
        .limit(limit),
  };
}
