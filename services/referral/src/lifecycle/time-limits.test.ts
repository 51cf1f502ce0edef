import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWorkingDays, isWorkingDay, tajikistan } from './calendar.ts';
import { defaultTimeLimits, dueAt, nextWake } from './time-limits.ts';

const limits = defaultTimeLimits(tajikistan);
const friday = new Date('2026-11-20T05:00:00.000Z');
const sent = (priority: 'emergency' | 'urgent' | 'routine', state: 'sent' | 'acknowledged' | 'accepted' = 'sent') => ({
  state,
  priority,
  sentAt: friday,
  enteredStateAt: friday,
});

describe('time limits', () => {
  it('count an emergency by the wall clock, weekend or not', () => {
    expect(dueAt(limits, sent('emergency'))).toEqual(new Date('2026-11-20T06:00:00.000Z'));
    expect(dueAt(limits, sent('urgent', 'acknowledged'))).toEqual(new Date('2026-11-21T05:00:00.000Z'));
  });

  it('count a routine referral in working days of Dushanbe', () => {
    expect(dueAt(limits, sent('routine'))).toEqual(new Date('2026-11-24T05:00:00.000Z'));
  });

  it('expire only the routine ones by themselves', () => {
    expect(nextWake(limits, sent('routine'))).toEqual({ at: new Date('2026-12-20T05:00:00.000Z'), action: 'expire' });
    expect(nextWake(limits, sent('urgent'))).toBeNull();
  });
});

describe('the calendar', () => {
  it('knows the local day, not the UTC one', () => {
    expect(isWorkingDay(tajikistan, new Date('2026-11-22T20:00:00.000Z'))).toBe(true); // Monday 01:00 in Dushanbe
    expect(isWorkingDay(tajikistan, new Date('2026-11-20T20:00:00.000Z'))).toBe(false); // Saturday 01:00 in Dushanbe
  });

  it('rests on Navruz', () => {
    expect(isWorkingDay(tajikistan, new Date('2027-03-22T06:00:00.000Z'))).toBe(false);
  });

  it('adds working days that end on a working day, at the same time of day, each later than the last', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2024-01-01'), max: new Date('2034-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 40 }),
        (from, days) => {
          const end = addWorkingDays(tajikistan, from, days);
          expect(isWorkingDay(tajikistan, end)).toBe(true);
          expect((end.getTime() - from.getTime()) % (24 * 3600 * 1000)).toBe(0);
          expect(end > addWorkingDays(tajikistan, from, days - 1)).toBe(true);
        },
      ),
    );
  });
});
