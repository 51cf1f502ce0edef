import type { AdminUnit } from './admin-units.ts';
import { field, readSample } from './csv.ts';

/** A populated place, from GeoNames. */
export interface Place {
  geonamesId: string;
  name: string;
  formerName: string | undefined;
  /** ISO 3166-2. */
  region: string;
  latitude: number;
  longitude: number;
  population: number;
}

/** The regions by ISO 3166-2 code, as the ids of the administrative units. */
const regionIds: Readonly<Record<string, string>> = {
  'TJ-DU': 'TJK001',
  'TJ-SU': 'TJK002',
  'TJ-KT': 'TJK003',
  'TJ-RA': 'TJK004',
  'TJ-GB': 'TJK005',
};

/** The populated places, the largest first, under the names they have had since 2018. */
export function readPlaces(): Place[] {
  const renamed = new Map(
    readSample('former-names.csv')
      .filter((row) => row['source'] === 'place')
      .map((row) => [field(row, 'id'), row]),
  );
  return readSample('tajikistan-places.csv').map((row) => {
    const geonamesId = field(row, 'geonames_id');
    const rename = renamed.get(geonamesId);
    return {
      geonamesId,
      name: rename?.['name_en'] ?? field(row, 'name'),
      formerName: rename?.['former_name_en'],
      region: field(row, 'region_iso3166_2'),
      latitude: Number(row['latitude']),
      longitude: Number(row['longitude']),
      population: Number(row['population']),
    };
  });
}

/**
 * Answers which town or district a place is in: what `place-districts.csv` says, else the one of its region whose point is
 * nearest. Good enough for samples, and for nothing else: the source has points, no boundaries.
 */
export function districtFinder(units: readonly AdminUnit[]): (place: Place) => AdminUnit {
  const known = new Map(readSample('place-districts.csv').map((row) => [row['geonames_id'], row['district_id']]));
  return (place) => {
    const id = known.get(place.geonamesId);
    const candidates = units.filter((unit) =>
      id === undefined ? unit.parentId === regionIds[place.region] : unit.id === id,
    );
    const [nearest] = candidates.sort((a, b) => squaredDistance(place, a) - squaredDistance(place, b));
    if (!nearest) throw new Error(`no district for ${place.name}`);
    return nearest;
  };
}

interface Point {
  latitude: number;
  longitude: number;
}

/** In degrees of latitude, on a plane: one of longitude is shorter. */
function squaredDistance(a: Point, b: Point): number {
  const eastward = (a.longitude - b.longitude) * Math.cos((a.latitude * Math.PI) / 180);
  return (a.latitude - b.latitude) ** 2 + eastward ** 2;
}
