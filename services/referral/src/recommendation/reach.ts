import { haversineKm, type Location } from '@rohnamo/contracts';
import type { Place, Places } from './places.ts';
import type { Wanted } from './wanted.ts';

/** How the way there is known: from where the person sets out, or only by districts. */
export type Way =
  | { kind: 'from-point'; km: number }
  | { kind: 'same-district' }
  | { kind: 'from-district'; km: number }
  | { kind: 'unknown' };

/** A place that answers what is wanted, with the way there. */
export interface Reached extends Place {
  way: Way;
}

/** So many offerings are weighed, the nearest first. */
export const reachedMax = 200;

/**
 * The nearest offerings of what is wanted: those of the same district before others. Where only a district is known, the way to
 * others is measured from the middle of its facilities.
 */
export function reachedBy(places: Places, wanted: Wanted): Reached[] {
  const { services, needsDesk, place, excludedFacilityIds } = wanted;
  const excluded = new Set(excludedFacilityIds);
  const origin = originOf(places, place);
  return services
    .flatMap((service) => places.byService.get(service) ?? [])
    .filter(({ offering, facility }) => !excluded.has(facility.id) && (!needsDesk || offering.deskId !== undefined))
    .map((found) => {
      const way = wayTo(found, { place, origin });
      return { found, way, km: kmOf(way) };
    })
    .toSorted((a, b) => a.km - b.km || (a.found.offering.id < b.found.offering.id ? -1 : 1))
    .slice(0, reachedMax)
    .map(({ found, way }) => ({ ...found, way }));
}

function originOf({ middleOfDistrict }: Places, place: Wanted['place']): Location | null {
  if (place === null) return null;
  return 'near' in place ? place.near : (middleOfDistrict.get(place.districtId) ?? null);
}

function wayTo({ facility }: Place, { place, origin }: { place: Wanted['place']; origin: Location | null }): Way {
  if (place === null) return { kind: 'unknown' };
  if ('districtId' in place && facility.districtId === place.districtId) return { kind: 'same-district' };
  if (origin === null || facility.location === null) return { kind: 'unknown' };
  const km = haversineKm(origin, facility.location);
  return 'near' in place ? { kind: 'from-point', km } : { kind: 'from-district', km };
}

/** Farther than anything on the earth where the way is not known, and nearer than anything in the same district. */
function kmOf(way: Way): number {
  switch (way.kind) {
    case 'from-point':
    case 'from-district':
      return way.km;
    case 'same-district':
      return -1;
    case 'unknown':
      return 50_000;
  }
}
