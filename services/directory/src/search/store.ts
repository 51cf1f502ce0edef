import type { FacilityFound } from '@rohnamo/contracts';
import type { Pool } from 'pg';
import { publicRecord } from '../facilities/record.ts';
import { offeringOfValues } from '../offerings/record.ts';
import type { FacilityRow } from '../schema.ts';
import { type After, searchStatement, type Wanted } from './statement.ts';

/** A row of {@link searchStatement}. */
interface FoundRow extends FacilityRow {
  distanceKm: number | null;
  /** Each the values of its columns, in their order, as JSON spells them. */
  offerings: unknown[][];
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
      offerings: row.offerings.map(offeringOfValues),
    },
    after: { id: row.id, distanceKm: row.distanceKm },
  }));
}
