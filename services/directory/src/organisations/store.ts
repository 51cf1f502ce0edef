import { asc, eq, gt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { organisation, type OrganisationRow } from '../schema.ts';

export function createOrganisationStore(db: NodePgDatabase) {
  const byId = db
    .select()
    .from(organisation)
    .where(eq(organisation.id, sql.placeholder('id')))
    .prepare('organisation by id');

  return {
    find: async (id: string): Promise<OrganisationRow | null> => (await byId.execute({ id }))[0] ?? null,
    /** In the order in which they were made, up to `limit`. */
    listAfter: (id: string | null, limit: number): Promise<OrganisationRow[]> =>
      db
        .select()
        .from(organisation)
        .where(id === null ? undefined : gt(organisation.id, id))
        .orderBy(asc(organisation.id))
        .limit(limit),
  };
}
