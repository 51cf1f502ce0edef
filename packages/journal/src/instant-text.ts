import pg from 'pg';

export const timestamptz = pg.types.builtins.TIMESTAMPTZ;
const parse: (told: string) => Date = pg.types.getTypeParser(timestamptz);

/** As a session whose time zone is UTC tells an instant: in ISO 8601 but for the blank, and for the noughts at its end. */
const inUtc = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?\+00$/;

/** An instant as Postgres tells it, in ISO 8601 to the millisecond: what its Date would say, without the way through one where that can be. */
export function instantText(told: string): string {
  if (!inUtc.test(told)) return parse(told).toISOString();
  const second = `${told.slice(0, 10)}T${told.slice(11, 19)}`;
  return told.length === 22 ? `${second}.000Z` : `${second}.${told.slice(20, -3).padEnd(3, '0')}Z`;
}
