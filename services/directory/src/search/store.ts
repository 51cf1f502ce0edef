import type { FacilityFound } from '@rohnamo/contracts';
import type { Pool } from 'pg';
import { publicRecord } from '../facilities/record.ts';
import { offeringRecord } from '../offerings/decide.ts';
import type { FacilityRow, OfferingRow } from '../schema.ts';
import { type After, searchStatement, type Wanted } from './statement.ts';

/** A row of {@link searchStatement}: the instants of offerings come as JSON spells them. */
interface FoundRow extends FacilityRow {
  distanceKm: number | null;
  offerings: (Omit<OfferingRow, 'verifiedAt'> & { verifiedAt: string })[];
}

/** What was found, and where the next page begins after it: with its distance unrounded. */
export interface Found {
  facility: FacilityFound;
  after: After;
}

/** Up to one facility more than `limit`, in order. */
export async function searchFacilities(pool: Pool, wanted: Wanted, after: After | null): Promise<Found[]> {
  const { rows } = await pool.query<FoundRow>(searchStatement(wanted, after));
  return rows.map((row) => ({
    facility: {
      ...publicRecord(row),
      distanceKm: row.distanceKm === null ? null : Math.round(row.distanceKm * 1000) / 1000,
      offerings: row.offerings.map((offering) =>
        offeringRecord({ ...offering, verifiedAt: new Date(offering.verifiedAt) }),
      ),
    },
    after: { id: row.id, distanceKm: row.distanceKm },
  }));
}
