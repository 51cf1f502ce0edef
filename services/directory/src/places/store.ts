import { and, arrayContains, asc, eq, gt, inArray, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { nameQuestion } from '../names/search-key.ts';
import { placeUnit, type PlaceRow } from '../schema.ts';

export interface PlacesWanted {
  level?: number | undefined;
  parent?: string | undefined;
  name?: string | undefined;
  afterCode: string | null;
  limit: number;
}

export function createPlaceStore(db: NodePgDatabase) {
  const byCode = db
    .select()
    .from(placeUnit)
    .where(eq(placeUnit.code, sql.placeholder('code')))
    .prepare('place by code');

  return {
    find: async (code: string): Promise<PlaceRow | null> => (await byCode.execute({ code }))[0] ?? null,
    /** The level of each of these places that is known, by code. */
    levelsOf: async (codes: string[]): Promise<Map<string, number>> => {
      const { code, level } = placeUnit;
      const rows =
        codes.length === 0 ? [] : await db.select({ code, level }).from(placeUnit).where(inArray(code, codes));
      return new Map(rows.map((row) => [row.code, row.level]));
    },
    /** By code, up to `limit`. */
    list: ({ level, parent, name, afterCode, limit }: PlacesWanted): Promise<PlaceRow[]> =>
      db
        .select()
        .from(placeUnit)
        .where(
          and(
            level === undefined ? undefined : eq(placeUnit.level, level),
            parent === undefined ? undefined : eq(placeUnit.parentCode, parent),
            name === undefined ? undefined : isNamed(name),
            afterCode === null ? undefined : gt(placeUnit.code, afterCode),
          ),
        )
        .orderBy(asc(placeUnit.code))
        .limit(limit),
  };
}

function isNamed(name: string) {
  const { words, together } = nameQuestion(name);
  return or(arrayContains(placeUnit.nameBeginnings, words), arrayContains(placeUnit.nameBeginnings, [together]));
}
