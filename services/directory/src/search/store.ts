import type { Facility, FacilityFound, Offering } from '@rohnamo/contracts';
import { columnsOf, keptByVersion } from '@rohnamo/journal';
import { getTableColumns } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { publicRecord } from '../facilities/record.ts';
import { offeringOfValues, publicOffering } from '../offerings/record.ts';
import { facility, type FacilityRow, offering } from '../schema.ts';
import { type After, searchStatement, type Wanted } from './statement.ts';

/** More than a country has, a few kilobytes each. */
const keptMax = 5000;

/** A row of {@link searchStatement}. */
export interface Found {
  id: string;
  version: number;
  /** Not rounded: the next page begins after it. */
  distanceKm: number | null;
}

/** A facility as everybody may see it, and what it offers. */
type Listed = Facility & { offerings: Offering[] };

/** The public look-up over the tables. What facilities are and offer is read once for each version of them. */
export function createSearch(pool: Pool) {
  const listed = keptByVersion({ max: keptMax, load: (ids) => loadListed(pool, ids) });

  return {
    /** Up to one facility more than `limit`, in order. */
    find: async (wanted: Wanted, after: After | null): Promise<Found[]> =>
      (await pool.query<Found>(searchStatement(wanted, after))).rows,

    /** What was found, as it is now; what is no longer for everybody to see is left out. */
    async describe(found: readonly Found[]): Promise<FacilityFound[]> {
      const described = await Promise.all(found.map(listed));
      return described.flatMap((one, index) => {
        const distanceKm = found[index]?.distanceKm ?? null;
        return one === null
          ? []
          : [{ ...one, distanceKm: distanceKm === null ? null : Math.round(distanceKm * 1000) / 1000 }];
      });
    },
  };
}

interface ListedRow extends FacilityRow {
  listedVersion: number;
  /** Each the values of its columns, in their order, as JSON spells them. */
  offerings: unknown[][];
}

const valuesOf = (table: PgTable): string =>
  Object.values(getTableColumns(table))
    .map((column) => `o."${column.name}"`)
    .join(', ');

/** An offering comes as the array of its columns' values: with their names, both sides would spend more on spelling than on reading. */
const listedStatement = {
  name: 'listed facilities',
  text: `select ${columnsOf(facility)}, (f.version + coalesce(o.changes, 0))::float8 as "listedVersion", coalesce(o.offerings, '[]') as offerings
from facility f
left join lateral (
  select sum(o.version) as changes, json_agg(json_build_array(${valuesOf(offering)}) order by o.service) as offerings
  from offering o where o.facility_id = f.id) o on true
where f.id = any($1) and f.status = 'open' and not f.location_confidential`,
};

async function loadListed(pool: Pool, ids: readonly string[]) {
  const { rows } = await pool.query<ListedRow>({ ...listedStatement, values: [ids] });
  return new Map<string, { version: number; value: Listed }>(
    rows.map((row) => [
      row.id,
      {
        version: row.listedVersion,
        value: {
          ...publicRecord(row),
          offerings: row.offerings.map((values) => publicOffering(offeringOfValues(values))),
        },
      },
    ]),
  );
}
