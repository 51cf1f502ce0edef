import fc from 'fast-check';
import pg from 'pg';
import { expect, it } from 'vitest';
import { instantOf } from './instants.ts';

/** As Postgres spells an instant in UTC: without the zeros at its end. */
const spelt = (instant: Date): string =>
  `${instant.toISOString().replace('T', ' ').replace('Z', '').replace(/0+$/, '').replace(/[.]$/, '')}+00`;

it('an instant is the one that was written, to the millisecond', () => {
  const from = (first: string) => fc.date({ min: new Date(first), max: new Date('9999-12-31'), noInvalidDate: true });
  const earliest = fc.date({ min: new Date('0001-01-01'), max: new Date('0100-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.oneof(from('0001-01-01'), from('1900-01-01'), earliest), (instant) => {
      expect(instantOf(spelt(instant))).toEqual(instant);
    }),
  );
});

it('what is spelt otherwise is what the driver says', () => {
  const asTheDriver: (text: string) => unknown = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ, 'text');
  for (const text of [
    '2026-11-24 11:00:00.125+05',
    '2026-11-24 11:30:00+05:30',
    '2026-11-24 06:00:00.123456+00',
    '12026-11-24 06:00:00+00',
    '0044-03-15 12:00:00+00 BC',
    'infinity',
    '-infinity',
  ])
    expect(instantOf(text), text).toEqual(asTheDriver(text));
});
