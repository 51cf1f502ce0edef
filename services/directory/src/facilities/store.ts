import { eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { facility, type FacilityRow, organisation, placeUnit } from '../schema.ts';
import type { FacilityGrounds } from './decide.ts';

export function createFacilityStore(db: NodePgDatabase) {
  const byId = db
    .select()
    .from(facility)
    .where(eq(facility.id, sql.placeholder('id')))
    .prepare('facility by id');

  const districtExists = async (districtId: string | null | undefined): Promise<boolean> => {
    if (districtId === null || districtId === undefined) return true;
    const { rows } = await db.execute<{ exists: boolean }>(sql`
      select exists (select from ${placeUnit} where ${placeUnit.code} = ${districtId})
        or not exists (select from ${placeUnit}) as exists`);
    return rows[0]?.exists === true;
  };

  const organisationExists = async (organisationId: string): Promise<boolean> =>
    (await db.select({ id: organisation.id }).from(organisation).where(eq(organisation.id, organisationId))).length > 0;

  return {
    find: async (id: string): Promise<FacilityRow | null> => (await byId.execute({ id }))[0] ?? null,
    /** Whether a facility may name this district: it is a place here, or no places have been imported yet. */
    districtExists,
    groundsOf: async (named: { organisationId: string; districtId?: string | undefined }): Promise<FacilityGrounds> => {
      const [hasOrganisation, hasDistrict] = await Promise.all([
        organisationExists(named.organisationId),
        districtExists(named.districtId),
      ]);
      return { organisationExists: hasOrganisation, districtExists: hasDistrict };
    },
  };
}
