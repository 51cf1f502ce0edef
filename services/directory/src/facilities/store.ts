import type { Desk, FacilityPatch, NewFacility } from '@rohnamo/contracts';
import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { desk, facility, type FacilityRow, offering, organisation, placeUnit } from '../schema.ts';
import type { ChangeGrounds, FacilityGrounds } from './decide.ts';

export function createFacilityStore(db: NodePgDatabase) {
  const byId = db
    .select()
    .from(facility)
    .where(eq(facility.id, sql.placeholder('id')))
    .prepare('facility by id');

  /** Whether a facility may name this district: it is a district or town here, or none have been imported yet. */
  const districtExists = async (districtId: string | null | undefined): Promise<boolean> => {
    if (districtId === null || districtId === undefined) return true;
    const { rows } = await db.execute<{ exists: boolean }>(sql`
      select exists (select from ${placeUnit} where ${placeUnit.code} = ${districtId} and ${placeUnit.level} = 2)
        or not exists (select from ${placeUnit} where ${placeUnit.level} = 2) as exists`);
    return rows[0]?.exists === true;
  };

  const organisationExists = async (organisationId: string): Promise<boolean> =>
    (await db.select({ id: organisation.id }).from(organisation).where(eq(organisation.id, organisationId))).length > 0;

  const offeringsAtDesks = async (facilityId: string): Promise<ChangeGrounds['offeringsAtDesks']> => {
    const rows = await db
      .select({ id: offering.id, deskId: offering.deskId })
      .from(offering)
      .where(and(eq(offering.facilityId, facilityId), isNotNull(offering.deskId)));
    return rows.flatMap(({ id, deskId }) => (deskId === null ? [] : [{ id, deskId }]));
  };

  const facilityOfDesk = async (desks: readonly Desk[] = []): Promise<ReadonlyMap<string, string>> => {
    if (desks.length === 0) return new Map();
    const ids = desks.map(({ id }) => id);
    const rows = await db.select().from(desk).where(inArray(desk.id, ids));
    return new Map(rows.map(({ id, facilityId }) => [id, facilityId]));
  };

  return {
    find: async (id: string): Promise<FacilityRow | null> => (await byId.execute({ id }))[0] ?? null,
    groundsOf: async (
      named: Pick<NewFacility, 'organisationId' | 'districtId' | 'desks'>,
    ): Promise<FacilityGrounds> => {
      const [hasOrganisation, hasDistrict, desks] = await Promise.all([
        organisationExists(named.organisationId),
        districtExists(named.districtId),
        facilityOfDesk(named.desks),
      ]);
      return { organisationExists: hasOrganisation, districtExists: hasDistrict, facilityOfDesk: desks };
    },
    changeGroundsOf: async (
      id: string,
      asked: Pick<FacilityPatch, 'districtId' | 'desks'>,
    ): Promise<ChangeGrounds> => ({
      districtExists: await districtExists(asked.districtId),
      facilityOfDesk: await facilityOfDesk(asked.desks),
      offeringsAtDesks: asked.desks === undefined ? [] : await offeringsAtDesks(id),
    }),
  };
}
