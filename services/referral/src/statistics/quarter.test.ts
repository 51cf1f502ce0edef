import { expect, it } from 'vitest';
import { boundsOf, lastQuarter } from './quarter.ts';

const dushanbe = 5 * 3600 * 1000;

it('a quarter begins and ends at midnight where people live', () => {
  expect(boundsOf('2026-Q4', dushanbe)).toEqual({
    from: new Date('2026-09-30T19:00:00.000Z'),
    to: new Date('2026-12-31T19:00:00.000Z'),
  });
});

it('the last quarter is the newest that is over, also in the first days of a year', () => {
  expect(lastQuarter(new Date('2026-11-25T00:00:00.000Z'), dushanbe)).toBe('2026-Q3');
  expect(lastQuarter(new Date('2026-12-31T18:59:59.000Z'), dushanbe)).toBe('2026-Q3');
  expect(lastQuarter(new Date('2026-12-31T19:00:00.000Z'), dushanbe)).toBe('2026-Q4');
  expect(lastQuarter(new Date('2027-02-01T00:00:00.000Z'), dushanbe)).toBe('2026-Q4');
});
