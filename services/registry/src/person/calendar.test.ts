import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';

describe('the calendar of a time zone', () => {
  it('begins the day in Dushanbe five hours before UTC does', () => {
    const calendar = createCalendar('Asia/Dushanbe');
    expect(calendar.dayOf(new Date('2026-11-23T18:59:59.999Z'))).toBe('2026-11-23');
    expect(calendar.dayOf(new Date('2026-11-23T19:00:00.000Z'))).toBe('2026-11-24');
    expect(calendar.startOf('2026-11-24')).toEqual(new Date('2026-11-23T19:00:00.000Z'));
  });

  it.each(['Asia/Dushanbe', 'Asia/Kathmandu', 'Europe/Moscow', 'America/St_Johns', 'UTC'])(
    'finds in %s the first instant of every day',
    (timeZone) => {
      const calendar = createCalendar(timeZone);
      const instants = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
      fc.assert(
        fc.property(instants, (instant) => {
          const day = calendar.dayOf(instant);
          const start = calendar.startOf(day);
          expect(start.getTime()).toBeLessThanOrEqual(instant.getTime());
          expect(calendar.dayOf(start)).toBe(day);
          expect(calendar.dayOf(new Date(start.getTime() - 1))).not.toBe(day);
        }),
      );
    },
  );
});
