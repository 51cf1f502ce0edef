import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWorkingTime, isWorkingDay, tajikistan } from './calendar.ts';

const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;
/** Navruz and a moveable feast lie in it. */
const calendar = { ...tajikistan, datedHolidays: ['2026-05-27'] };
const instants = fc.date({ min: new Date('2024-01-01'), max: new Date('2034-01-01'), noInvalidDate: true });
const wholeDays = fc.integer({ min: 1, max: 40 });
const days = fc.double({ min: 0.001, max: 40, noNaN: true });
const friday = new Date('2026-11-20T05:00:00.000Z'); // 10:00 in Dushanbe
const saturday = new Date('2026-11-21T05:00:00.000Z');

describe('the calendar', () => {
  it('knows the local day, not the UTC one', () => {
    expect(isWorkingDay(calendar, new Date('2026-11-22T20:00:00.000Z'))).toBe(true); // Monday 01:00 in Dushanbe
    expect(isWorkingDay(calendar, new Date('2026-11-20T20:00:00.000Z'))).toBe(false); // Saturday 01:00 in Dushanbe
  });

  it('rests on Navruz, and on the feasts that were announced', () => {
    expect(isWorkingDay(calendar, new Date('2027-03-22T06:00:00.000Z'))).toBe(false);
    expect(isWorkingDay(calendar, new Date('2026-05-27T06:00:00.000Z'))).toBe(false);
  });
});

describe('working time', () => {
  it('stands still over the weekend: half a day after Friday 10:00 is Friday 22:00, and three quarters are Monday 04:00', () => {
    expect(addWorkingTime(calendar, friday, 0.5)).toEqual(new Date('2026-11-20T17:00:00.000Z'));
    expect(addWorkingTime(calendar, friday, 0.75)).toEqual(new Date('2026-11-22T23:00:00.000Z'));
    expect(addWorkingTime(calendar, friday, 1)).toEqual(new Date('2026-11-23T05:00:00.000Z'));
  });

  it('that begins on a day off begins with the next working day', () => {
    expect(addWorkingTime(calendar, saturday, 0.25)).toEqual(new Date('2026-11-22T19:00:00.000Z')); // Monday 00:00
    expect(addWorkingTime(calendar, saturday, 1)).toEqual(new Date('2026-11-23T05:00:00.000Z'));
  });

  it('of whole days ends at the same time of day, so many working days later', () => {
    fc.assert(
      fc.property(instants, wholeDays, (from, count) => {
        const end = addWorkingTime(calendar, from, count);
        expect((end.getTime() - from.getTime()) % dayMs).toBe(0);
        let counted = 0;
        for (let at = from.getTime() + dayMs; at <= end.getTime(); at += dayMs)
          if (isWorkingDay(calendar, new Date(at))) counted += 1;
        expect(counted).toBe(count);
      }),
    );
  });

  it('never ends before it began, nor on a day off', () => {
    fc.assert(
      fc.property(instants, days, (from, count) => {
        const end = addWorkingTime(calendar, from, count);
        expect(end.getTime()).toBeGreaterThanOrEqual(from.getTime());
        expect(isWorkingDay(calendar, end)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('never ends earlier for more of it', () => {
    fc.assert(
      fc.property(instants, days, days, (from, one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        expect(addWorkingTime(calendar, from, more) >= addWorkingTime(calendar, from, less)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('never ends earlier for beginning later, on working days', () => {
    fc.assert(
      fc.property(instants, days, fc.integer({ min: 0, max: 10 * dayMs }), (from, count, laterMs) => {
        const later = new Date(from.getTime() + laterMs);
        fc.pre(isWorkingDay(calendar, from) && isWorkingDay(calendar, later));
        expect(addWorkingTime(calendar, later, count) >= addWorkingTime(calendar, from, count)).toBe(true);
      }),
    );
  });

  it('adds up on working days: a part and then the rest end where the whole does', () => {
    fc.assert(
      fc.property(instants, days, days, (from, one, other) => {
        fc.pre(isWorkingDay(calendar, from));
        const inParts = addWorkingTime(calendar, addWorkingTime(calendar, from, one), other);
        const offMs = Math.abs(inParts.getTime() - addWorkingTime(calendar, from, one + other).getTime());
        // A millisecond of rounding beside a midnight can lie on either side of days off.
        expect(offMs <= 2 || offMs >= dayMs - 2).toBe(true);
      }),
    );
  });
});
