import { haversineKm, type Facility } from '@rohnamo/contracts';
import { aRecordedFacility, aRecordedOffering } from '@rohnamo/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesOf } from './places.ts';
import { reachedBy, reachedMax } from './reach.ts';
import { wantedByNeed } from './wanted.ts';

const facilityAt = (location: Facility['location'], other: Partial<Facility> = {}): Facility =>
  aRecordedFacility({ ...other, location });
const placesAt = (facilities: Facility[]) =>
  placesOf(
    facilities,
    facilities.map(({ id }) => aRecordedOffering(id)),
  );
const location = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe('what is within reach', () => {
  it('is so many at most, and nothing that is left out is nearer', () => {
    const locations = fc.array(location, { minLength: reachedMax - 5, maxLength: reachedMax + 30 });
    fc.assert(
      fc.property(location, locations, (near, houses) => {
        const reached = reachedBy(
          placesAt(houses.map((house) => facilityAt(house))),
          wantedByNeed({ needCategory: 'physical-injury', near }),
        );
        const nearest = houses.map((house) => haversineKm(near, house)).toSorted((a, b) => a - b);
        expect(reached.map(({ way }) => 'km' in way && way.km)).toEqual(nearest.slice(0, reachedMax));
      }),
      { numRuns: 20 },
    );
  });

  it('of a district begins in it, wherever its facilities lie, and goes outward from their middle', () => {
    fc.assert(
      fc.property(fc.array(location, { minLength: 1, maxLength: 20 }), location, (houses, elsewhere) => {
        const districtId = 'TJK003D010';
        const own = houses.map((house) => facilityAt(house, { districtId }));
        const other = facilityAt(elsewhere, { districtId: 'TJK003D011' });
        const reached = reachedBy(
          placesAt([other, ...own]),
          wantedByNeed({ needCategory: 'physical-injury', districtId }),
        );
        expect(reached.map(({ way }) => way.kind)).toEqual([...own.map(() => 'same-district'), 'from-district']);
        expect(reached.at(-1)?.facility.id).toBe(other.id);
      }),
    );
  });
});
