import { earthRadiusKm, type Location } from '@rohnamo/contracts';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (radians: number): number => (radians * 180) / Math.PI;

/** haversineKm in SQL, over expressions in degrees. A test holds both to one another. */
export const haversineSql = (a: Record<keyof Location, string>, b: Record<keyof Location, string>): string =>
  `${2 * earthRadiusKm} * asin(least(1, sqrt(
    sin(radians((${b.latitude}) - (${a.latitude})) / 2) ^ 2
    + cos(radians(${a.latitude})) * cos(radians(${b.latitude})) * sin(radians((${b.longitude}) - (${a.longitude})) / 2) ^ 2)))`;

/** Degrees, each side included. Where the circle holds a pole or meets the antimeridian, all longitudes. */
export interface Box {
  south: number;
  west: number;
  north: number;
  east: number;
}

/** Widens each box by about a tenth of a millimetre, so that rounding never leaves out a point on the circle itself. */
const marginDegrees = 1e-9;

/**
 * A box of latitude and longitude around a circle: nothing within the radius lies outside of it. Its sides in longitude are
 * where meridians touch the circle, asin(sin r / cos φ), which is more than r / cos φ (J. P. Matuschek, "Finding Points
 * Within a Distance of a Latitude/Longitude Using Bounding Coordinates", 2010).
 */
export function boundingBox(centre: Location, radiusKm: number): Box {
  const angle = radiusKm / earthRadiusKm;
  const reach = degrees(angle) + marginDegrees;
  const [south, north] = [Math.max(-90, centre.latitude - reach), Math.min(90, centre.latitude + reach)];
  const everyLongitude = { south, north, west: -180, east: 180 };
  if (south === -90 || north === 90) return everyLongitude;
  const side = degrees(Math.asin(Math.min(1, Math.sin(angle) / Math.cos(radians(centre.latitude))))) + marginDegrees;
  const [west, east] = [centre.longitude - side, centre.longitude + side];
  return west < -180 || east > 180 ? everyLongitude : { south, west, north, east };
}

/** A step of a search outward: everything within the radius lies in the box. */
export interface Ring {
  radiusKm: number;
  box: Box;
}

const firstStepKm = 0.25;

/**
 * The circles that a search tries one after another, each step twice as far out as the last, until `toKm`. It begins beyond
 * what earlier pages have given (`fromKm`).
 */
export function ringsAround(centre: Location, { fromKm, toKm }: { fromKm: number; toKm: number }): Ring[] {
  const rings: Ring[] = [];
  for (let stepKm = firstStepKm; ; stepKm *= 2) {
    const radiusKm = Math.min(fromKm + stepKm, toKm);
    rings.push({ radiusKm, box: boundingBox(centre, radiusKm) });
    if (radiusKm >= toKm) return rings;
  }
}
