import { aRecordedFacility, aRecordedOffering } from '@rohnamo/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tajikistan } from '../lifecycle/calendar.ts';
import { threshold } from '../statistics/counts.ts';
import { candidateOf } from './candidate.ts';
import { wantedByNeed } from './wanted.ts';

const facility = aRecordedFacility();
const wanted = wantedByNeed({ needCategory: 'hiv', districtId: 'TJK003D010' });
const occasion = { now: new Date('2026-11-24T06:00:00.000Z'), calendar: tajikistan };
const candidate = (takenOn: number, { placesPerWeek, deskId }: { placesPerWeek: number; deskId?: string }) => {
  const offering = aRecordedOffering(facility.id, {
    id: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d62',
    placesPerWeek,
    ...(deskId === undefined ? {} : { deskId }),
  });
  return candidateOf(
    { offering, facility, way: { kind: 'unknown' }, takenOn, answersWithinHours: null },
    wanted,
    occasion,
  );
};
const deskId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61';
const places = fc.integer({ min: 0, max: 30 });

describe('an offering', () => {
  it('of a desk is the same to everybody, whoever has been taken on, but where five or more have all its places', () => {
    fc.assert(
      fc.property(places, fc.nat(40), (placesPerWeek, takenOn) => {
        const isFull = placesPerWeek >= threshold && takenOn >= placesPerWeek;
        const untouched = candidate(0, { placesPerWeek, deskId });
        expect(candidate(takenOn, { placesPerWeek, deskId })).toEqual(
          isFull ? { ...untouched, openPlaces: 0 } : untouched,
        );
      }),
    );
  });

  it('of a whole facility has the places that are not taken', () => {
    fc.assert(
      fc.property(places, fc.nat(40), (placesPerWeek, takenOn) => {
        expect(candidate(takenOn, { placesPerWeek }).openPlaces).toBe(Math.max(0, placesPerWeek - takenOn));
      }),
    );
  });
});
