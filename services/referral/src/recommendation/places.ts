import type { Facility, Location, Offering } from '@rohnamo/contracts';
import { sharedRead } from '@rohnamo/journal';
import type { Pool } from 'pg';

/** An offering that can take people, with its facility. */
export interface Place {
  offering: Offering;
  facility: Facility;
}

/** Where people can be sent at all. */
export interface Places {
  byService: ReadonlyMap<string, readonly Place[]>;
  /** The middle of a district's facilities, for who is known to live in it and no more. */
  middleOfDistrict: ReadonlyMap<string, Location>;
}

/**
 * Left out: facilities that are not open or whose place is confidential, which no list of places may name; offerings that are full
 * or closed, to which nothing can be referred.
 */
export function placesOf(facilities: Iterable<Facility>, offerings: Iterable<Offering>): Places {
  const open = new Map(
    [...facilities]
      .filter(({ status, locationConfidential }) => status === 'open' && !locationConfidential)
      .map((facility) => [facility.id, facility]),
  );
  const places = [...offerings].flatMap((offering) => {
    const facility = open.get(offering.facilityId);
    const takesPeople = offering.capacity === 'open' || offering.capacity === 'waitlist';
    return facility && takesPeople ? [{ offering, facility }] : [];
  });
  const byDistrict = Map.groupBy(open.values(), ({ districtId }) => districtId);
  return {
    byService: Map.groupBy(places, ({ offering }) => offering.service),
    middleOfDistrict: new Map(
      [...byDistrict].flatMap(([districtId, within]) => {
        const middle = middleOf(within.flatMap(({ location }) => location ?? []));
        return districtId === undefined || middle === null ? [] : [[districtId, middle] as const];
      }),
    ),
  };
}

/** A plane will do within a district. */
function middleOf(locations: readonly Location[]): Location | null {
  const mean = (of: (location: Location) => number) =>
    locations.reduce((sum, location) => sum + of(location), 0) / locations.length;
  return locations.length === 0
    ? null
    : { latitude: mean(({ latitude }) => latitude), longitude: mean(({ longitude }) => longitude) };
}

const readMax = 1000;

type Kind = 'facility' | 'offering';
interface Copies<Record> {
  /** How many there are and the sum of their versions: as none is ever taken away and versions only grow, every change moves it. */
  mark: string;
  byId: Map<string, { version: string; record: Record }>;
}

/**
 * The copies of what the directory told, kept in the process. Each question first asks the table whether anything has changed and
 * reads what has, so that an answer is never older than its question; questions that wait at the same time share it.
 */
export function createPlaces(pool: Pool): () => Promise<Places> {
  const facilities: Copies<Facility> = { mark: '', byId: new Map() };
  const offerings: Copies<Offering> = { mark: '', byId: new Map() };
  let places = placesOf([], []);

  const refreshed = async (): Promise<Places> => {
    const { rows } = await pool.query<Record<Kind, string>>({
      name: 'marks of the directory',
      text: `select (select count(*) || '.' || coalesce(sum(version), 0) from facility) as facility,
        (select count(*) || '.' || coalesce(sum(version), 0) from offering) as offering`,
    });
    const [marks] = rows;
    if (!marks || (marks.facility === facilities.mark && marks.offering === offerings.mark)) return places;
    await Promise.all([
      readChanges(pool, 'facility', facilities, marks.facility),
      readChanges(pool, 'offering', offerings, marks.offering),
    ]);
    const records = <Any>({ byId }: Copies<Any>) => [...byId.values()].map(({ record }) => record);
    places = placesOf(records(facilities), records(offerings));
    return places;
  };

  const shared = sharedRead<'places', Places>(async () => new Map([['places', await refreshed()]]));
  return async () => (await shared('places')) ?? places;
}

/** What is read may be newer than the mark: it is then read once more, and nothing is missed. */
async function readChanges<Any>(pool: Pool, kind: Kind, copies: Copies<Any>, mark: string): Promise<void> {
  if (copies.mark === mark) return;
  const { rows } = await pool.query<{ id: string; version: string }>(`select id, version from ${kind}`);
  const changed = rows.filter(({ id, version }) => copies.byId.get(id)?.version !== version).map(({ id }) => id);
  for (let from = 0; from < changed.length; from += readMax) {
    const found = await pool.query<{ id: string; version: string; record: Any }>(
      `select id, version, record from ${kind} where id = any($1)`,
      [changed.slice(from, from + readMax)],
    );
    for (const { id, ...copy } of found.rows) copies.byId.set(id, copy);
  }
  copies.mark = mark;
}
