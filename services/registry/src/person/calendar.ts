/** The days of one time zone. */
export interface Calendar {
  /** The day that it is there at an instant: `2026-11-24`. */
  dayOf(instant: Date): string;
  /** The instant at which a day begins there. */
  startOf(day: string): Date;
}

const dayMs = 24 * 3600 * 1000;

/** @param timeZone an IANA name, as the configuration has checked it. */
export function createCalendar(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });

  /** What clocks there show, as if it were UTC. */
  const wallClock = (instant: Date): number => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };

  return {
    dayOf: (instant) => new Date(wallClock(instant)).toISOString().slice(0, 10),
    startOf(day) {
      const midnight = Date.parse(`${day}T00:00:00Z`);
      // The offset of a day before tells of the day's own unless the clocks were changed between: then the second look is right.
      let start = midnight - (wallClock(new Date(midnight - dayMs)) - (midnight - dayMs));
      start = midnight - (wallClock(new Date(start)) - start);
      return new Date(start);
    },
  };
}
