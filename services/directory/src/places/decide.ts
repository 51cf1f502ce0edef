import type { Place } from '@rohnamo/contracts';
import { type Decision, system } from '@rohnamo/journal';
import { isDeepStrictEqual } from 'node:util';
import { nameBeginnings } from '../names/search-key.ts';
import type { PlaceRow } from '../schema.ts';
import { placeSubject } from './place-subject.ts';

/** A place as a file gives it. Without former names, those that are known stay. */
export type GivenPlace = Omit<Place, 'version' | 'formerNames'> & { formerNames: string[] | null };

export const placeRecord = (row: PlaceRow): Place => ({
  id: row.code,
  version: row.version,
  level: row.level,
  parentId: row.parentCode,
  name: row.name,
  formerNames: row.formerNames,
  location:
    row.latitude === null || row.longitude === null ? null : { latitude: row.latitude, longitude: row.longitude },
});

/** What an import does with one place: makes it, moves it, or leaves alone (`unchanged`) what is as given. */
export function importedPlace(
  before: PlaceRow | null,
  given: GivenPlace,
  { time }: { time: Date },
): Decision<'made' | 'changed', 'unchanged'> {
  const formerNames = given.formerNames ?? before?.formerNames ?? [];
  const { tg, ru, en } = given.name;
  const row: PlaceRow = {
    id: placeSubject(given.id),
    version: (before?.version ?? 0) + 1,
    code: given.id,
    level: given.level,
    parentCode: given.parentId,
    name: given.name,
    formerNames,
    nameBeginnings: nameBeginnings([tg, ru, en, ...formerNames].filter((name) => name !== undefined)),
    latitude: given.location?.latitude ?? null,
    longitude: given.location?.longitude ?? null,
  };
  if (before !== null && isDeepStrictEqual({ ...before, version: row.version }, row)) return { refuse: 'unchanged' };
  const entry = { type: 'place.recorded.v1' as const, data: placeRecord(row), actor: system, time };
  return {
    record: { changes: [{ kind: 'place', id: row.id, expected: row.version - 1, state: { ...row }, entry }] },
    result: before === null ? 'made' : 'changed',
  };
}
