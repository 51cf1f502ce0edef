export { readAdminUnits, writePlaces } from './admin-units.ts';
export { readSample, samplesFolder } from './csv.ts';
export { readPlaces } from './places.ts';
export { createRandom, type Random } from './random.ts';
