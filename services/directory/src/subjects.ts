import { desk, facility, offering, organisation, placeUnit } from './schema.ts';

/** What the directory's journal is about: the tables of its subjects by kind, in the order in which they are locked. */
export const subjects = { organisation, facility, desk, offering, place: placeUnit };
