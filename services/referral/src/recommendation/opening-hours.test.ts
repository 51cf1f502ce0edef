import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tajikistan } from '../lifecycle/calendar.ts';
import { isOpenAt } from './opening-hours.ts';

/** A local time of Asia/Dushanbe. 2026-11-23 is a Monday. */
const local = (text: string) => new Date(`${text}:00.000+05:00`);
const [monday, friday, saturday, sunday] = ['2026-11-23', '2026-11-27', '2026-11-28', '2026-11-29'];
const open = (hours: string, at: string) => isOpenAt(hours, local(at), tajikistan);

describe('opening hours', () => {
  it.each([
    ['Mon-Fri 8-16', `${monday}T08:00`, true],
    ['Mon-Fri 8-16', `${friday}T15:59`, true],
    ['Mon-Fri 8-16', `${friday}T16:00`, false],
    ['Mon-Fri 8-16', `${monday}T07:59`, false],
    ['Mon-Fri 8-16', `${saturday}T10:00`, false],
    ['Monday – Friday 08:00 – 16:30', `${monday}T16:29`, true],
    ['Mon-Fri 8-16; Sat 9-13', `${saturday}T12:59`, true],
    ['Mon-Fri 8-16, Sat 9-13', `${saturday}T12:59`, true],
    ['Mon,Wed 9-12', '2026-11-24T10:00', false],
    ['Mon, Wed 9-12', '2026-11-25T10:00', true],
    ['Пн-Пт 8.00-12.00, 13.00-17.00', `${monday}T12:30`, false],
    ['Пн-Пт 8.00-12.00, 13.00-17.00', `${monday}T13:00`, true],
    ['Sat-Mon 9-10', `${sunday}T09:30`, true],
    ['daily 0-24', `${sunday}T23:59`, true],
    ['Fri 20-8', `${saturday}T07:59`, true],
    ['Fri 20-8', `${saturday}T08:00`, false],
    ['Fri 20-8', `${friday}T07:59`, false],
    ['ежедневно 20-8', `${friday}T07:59`, true],
  ])('%s at %s: %s', (hours, at, expected) => {
    expect(open(hours, at)).toBe(expected);
  });

  it('are not kept on a public holiday, but where it is open on all seven days', () => {
    const holiday = '2026-11-06'; // a Friday
    expect(open('Mon-Fri 8-16', `${holiday}T10:00`)).toBe(false);
    expect(open('Mon-Sun 8-16', `${holiday}T10:00`)).toBe(true);
    expect(open('24/7', `${holiday}T10:00`)).toBe(true);
    expect(open('Thu 20-8', `${holiday}T07:00`)).toBe(true);
    expect(open('Fri 20-8', '2026-11-07T07:00')).toBe(false);
  });

  it.each(['', 'by appointment', '8-16', 'Mon-Fri', 'Mon-Fri 8-25', 'Mon-Fri 8-16 in summer', 'Xyz 8-16', 'Mon 9-9'])(
    'that cannot be read are not known: "%s"',
    (hours) => {
      expect(open(hours, `${monday}T10:00`)).toBeNull();
    },
  );

  it('never open a place all around the clock that was not said to be, and always one that was', () => {
    const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 23 }), (at, hour) => {
        expect(isOpenAt('24/7', at, tajikistan)).toBe(true);
        const next = (hour + 1) % 24;
        const [here, elsewhere] = [`daily ${hour}-${hour + 1}`, `daily ${next}-${hour}`];
        expect(isOpenAt(here, at, tajikistan)).not.toBe(isOpenAt(elsewhere, at, tajikistan));
      }),
    );
  });

  it('answer or are not known, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (hours) => {
        expect([true, false, null]).toContain(isOpenAt(hours, local(`${monday}T10:00`), tajikistan));
      }),
    );
  });
});
