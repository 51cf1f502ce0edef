import { AgeBand } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageBandOn, ageOn, birthDateComplaint, dayOfAge } from './age.ts';

const day = (min: string, max: string) =>
  fc
    .date({ min: new Date(min), max: new Date(max), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
const bornOn = day('1900-01-01', '2026-12-31');
const dayBefore = (date: string) => new Date(Date.parse(date) - 24 * 3600 * 1000).toISOString().slice(0, 10);

describe('age', () => {
  it.each([
    ['2008-11-24', '2026-11-23', 17],
    ['2008-11-24', '2026-11-24', 18],
    ['2008-02-29', '2026-02-28', 17],
    ['2008-02-29', '2026-03-01', 18],
    ['2008-02-29', '2028-02-29', 20],
    ['2026-11-24', '2026-11-24', 0],
  ])('of somebody born on %s is on %s: %i', (born, on, age) => expect(ageOn(born, on)).toBe(age));

  it('of somebody of whom only the year is known is the youngest that it can be', () => {
    fc.assert(
      fc.property(bornOn, day('1990-01-01', '2090-12-31'), (born, on) => {
        expect(ageOn(born.slice(0, 4), on)).toBeLessThanOrEqual(ageOn(born, on));
      }),
    );
    expect(ageOn('2008', '2026-12-30')).toBe(17);
    expect(ageOn('2008', '2026-12-31')).toBe(18);
  });

  it('is reached on the day that is named for it, and not the day before', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          bornOn,
          bornOn.map((date) => date.slice(0, 4)),
        ),
        fc.integer({ min: 1, max: 60 }),
        (born, age) => {
          const reached = dayOfAge(born, age);
          expect(ageOn(born, reached)).toBe(age);
          expect(ageOn(born, dayBefore(reached))).toBe(age - 1);
        },
      ),
    );
  });
});

describe('the age band', () => {
  it('of everybody born is the one whose bounds hold the age', () => {
    fc.assert(
      fc.property(bornOn, day('2027-01-01', '2060-12-31'), (born, on) => {
        const age = ageOn(born, on);
        const band = ageBandOn(born, on);
        expect(AgeBand.options).toContain(band);
        const [from, to] = band === '60+' ? [60, Infinity] : band.split('-').map(Number);
        expect(age).toBeGreaterThanOrEqual(from ?? NaN);
        expect(age).toBeLessThanOrEqual(to ?? NaN);
      }),
    );
  });

  it('of somebody whose birth date is not known is unknown', () =>
    expect(ageBandOn(null, '2026-11-24')).toBe('unknown'));
});

describe('a birth date', () => {
  it('can be today or this year', () => {
    expect(birthDateComplaint('2026-11-24', '2026-11-24')).toBeNull();
    expect(birthDateComplaint('2026', '2026-11-24')).toBeNull();
  });
  it.each(['2026-11-25', '2027', '1899-12-31'])('cannot be %s on 24 November 2026', (birthDate) =>
    expect(birthDateComplaint(birthDate, '2026-11-24')).not.toBeNull(),
  );
});
