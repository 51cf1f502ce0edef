import type { FacilityFound } from '@rohnamo/contracts';
import { getTableColumns } from 'drizzle-orm';
import type { Pool } from 'pg';
import { publicRecord } from '../facilities/record.ts';
import { offeringRecord } from '../offerings/decide.ts';
import { type FacilityRow, offering, type OfferingRow } from '../schema.ts';
import { type After, searchStatement, type Wanted } from './statement.ts';

/** A row of {@link searchStatement}. */
interface FoundRow extends FacilityRow {
  distanceKm: number | null;
  /** Each the values of its columns, in their order, as JSON spells them. */
  offerings: unknown[][];
}

const offeringColumns = Object.keys(getTableColumns(offering));

function offeringOf(values: unknown[]): OfferingRow {
  const row = Object.fromEntries(offeringColumns.map((name, index) => [name, values[index]])) as OfferingRow; // as the statement asks for them
  return { ...row, verifiedAt: new Date(row.verifiedAt) };
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
      offerings: row.offerings.map((values) => offeringRecord(offeringOf(values))),
    },
    after: { id: row.id, distanceKm: row.distanceKm },
  }));
}
