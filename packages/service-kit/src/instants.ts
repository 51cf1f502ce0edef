import pg from 'pg';

const timestamptz: number = pg.types.builtins.TIMESTAMPTZ;
const asTheDriver: (text: string) => Date = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ, 'text');

/**
 * An instant as Postgres spells it in UTC to the millisecond, `2026-11-24 06:00:00.125+00`. The driver reads it by several regular
 * expressions, which took half of the time that a page of referrals takes to be read; what is spelt otherwise is left to it.
 */
export function instantOf(text: string): Date {
  const { length } = text;
  if (length < 22 || length > 26 || text[4] !== '-' || isOfFirstCentury(text) || !text.endsWith('+00'))
    return asTheDriver(text);
  const ms = length === 22 ? 0 : Number(text.slice(20, -3).padEnd(3, '0'));
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const at = (index: number) => twoDigits(text, index);
  return new Date(Date.UTC(year, at(5) - 1, at(8), at(11), at(14), at(17), ms));
}

/** `Date.UTC` takes the years 0 to 99 for those of the century before the last. */
const isOfFirstCentury = (text: string): boolean => text.startsWith('00');
const twoDigits = (text: string, index: number): number =>
  (text.charCodeAt(index) - zero) * 10 + text.charCodeAt(index + 1) - zero;
const zero = 48; // of '0'

/** How the values of rows are read. */
export const readTypes: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format: 'text' | 'binary' = 'text') =>
    id === timestamptz && format === 'text' ? instantOf : parserOf(id, format),
};
/** The driver's types have one signature for each format. */
const parserOf = pg.types.getTypeParser as (id: number, format: 'text' | 'binary') => never;
