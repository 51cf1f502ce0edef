import type { Location } from './facility.ts';

/** Mean radius of the earth in km: R₁ of the Geodetic Reference System 1980 (Moritz, Journal of Geodesy 74, 2000). */
export const earthRadiusKm = 6371.0088;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * Great-circle distance in km by the haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68,
 * 1984, p. 159), which stays exact for near points. The sphere is off from the ellipsoid by 0.5 % at most. What every
 * `distanceKm` means.
 */
export function haversineKm(a: Location, b: Location): number {
  const [latitudeA, latitudeB] = [radians(a.latitude), radians(b.latitude)];
  const chord =
    Math.sin((latitudeB - latitudeA) / 2) ** 2 +
    Math.cos(latitudeA) * Math.cos(latitudeB) * Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)));
}
