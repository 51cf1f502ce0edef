import { earthRadiusKm, haversineKm } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundingBox, ringsAround } from './distance.ts';

const place = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const dushanbe = { latitude: 38.53575, longitude: 68.77905 };
const khujand = { latitude: 40.28256, longitude: 69.62216 };
const khorugh = { latitude: 37.48974, longitude: 71.55304 };

/** The point so far from a centre in a direction, by the sphere's own formulas. */
function destination(from: { latitude: number; longitude: number }, km: number, bearing: number) {
  const [φ, λ, δ] = [(from.latitude * Math.PI) / 180, (from.longitude * Math.PI) / 180, km / earthRadiusKm];
  const sine = Math.sin(φ) * Math.cos(δ) + Math.cos(φ) * Math.sin(δ) * Math.cos(bearing);
  const latitude = Math.asin(Math.max(-1, Math.min(1, sine)));
  const longitude = λ + Math.atan2(Math.sin(bearing) * Math.sin(δ) * Math.cos(φ), Math.cos(δ) - Math.sin(φ) * sine);
  return {
    latitude: (latitude * 180) / Math.PI,
    longitude: (((((longitude * 180) / Math.PI + 540) % 360) + 360) % 360) - 180,
  };
}

describe('the great-circle distance', () => {
  it.each([
    ['Dushanbe', dushanbe, 'Khujand', khujand, 207.3],
    ['Dushanbe', dushanbe, 'Khorugh', khorugh, 269.406],
    ['the equator', { latitude: 0, longitude: 0 }, 'the pole', { latitude: 90, longitude: 0 }, 10_007.557],
    ['a point', { latitude: 0, longitude: 0 }, 'its antipode', { latitude: 0, longitude: 180 }, 20_015.114],
  ])('from %s %o to %s is what the angle between their vectors gives', (_from, a, _to, b, km) => {
    expect(haversineKm(a, b)).toBeCloseTo(km, 3);
  });

  it('is zero from a place to itself, the same both ways, and never more than half the earth around', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(haversineKm(a, a)).toBe(0);
        expect(haversineKm(a, b)).toBeCloseTo(haversineKm(b, a), 9);
        expect(haversineKm(a, b)).toBeLessThanOrEqual(Math.PI * earthRadiusKm);
      }),
    );
  });

  it('is never longer than a detour', () => {
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        expect(haversineKm(a, c)).toBeLessThanOrEqual(haversineKm(a, b) + haversineKm(b, c) + 1e-3);
      }),
    );
  });
});

describe('a bounding box', () => {
  it('never leaves out a place within the radius', () => {
    const radius = fc.double({ min: 0.001, max: 5000, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(place, radius, share, share, (centre, km, part, turn) => {
        const near = destination(centre, km * part, turn * 2 * Math.PI);
        fc.pre(haversineKm(centre, near) <= km);
        const { south, west, north, east } = boundingBox(centre, km);
        expect(near.latitude >= south && near.latitude <= north).toBe(true);
        expect(near.longitude >= west && near.longitude <= east).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('is not much larger than the circle, away from poles and antimeridian', () => {
    const { south, west, north, east } = boundingBox(dushanbe, 100);
    expect(haversineKm({ ...dushanbe, latitude: south }, { ...dushanbe, latitude: north })).toBeCloseTo(200, 1);
    const across = haversineKm({ ...dushanbe, longitude: west }, { ...dushanbe, longitude: east });
    expect(across).toBeGreaterThan(199.9);
    expect(across).toBeLessThan(200.5);
  });
});

describe('the rings of a search', () => {
  it('grow, begin beyond what was given, and end at the radius', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 900, noNaN: true }),
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        (fromKm, toKm) => {
          const radii = ringsAround(dushanbe, { fromKm, toKm }).map(({ radiusKm }) => radiusKm);
          expect(radii.at(-1)).toBe(toKm);
          expect(radii.slice(0, -1).every((km, step) => km > fromKm && km < (radii[step + 1] ?? 0))).toBe(true);
          expect(radii.length).toBeLessThanOrEqual(14);
        },
      ),
    );
  });
});
