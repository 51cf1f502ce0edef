const dayMs = 24 * 3600 * 1000;

/** When people work, in one country: part of its country pack. */
export interface Calendar {
  /** Local time's lead over UTC; a country without daylight saving has one. */
  utcOffsetMs: number;
  /** Days of the week off: 0 is Sunday. */
  weekend: readonly number[];
  /** Public holidays of every year, MM-DD. */
  yearlyHolidays: readonly string[];
  /** Public holidays of one year, YYYY-MM-DD: the moveable feasts, as they are announced. */
  datedHolidays: readonly string[];
}

/** Asia/Dushanbe (UTC+5 all year) with the holidays of the Law on Holidays; Idi Ramazon and Idi Qurbon are configured by date. */
export const tajikistan: Calendar = {
  utcOffsetMs: 5 * 3600 * 1000,
  weekend: [0, 6],
  yearlyHolidays: ['01-01', '03-08', '03-21', '03-22', '03-23', '03-24', '05-01', '05-09', '06-27', '09-09', '11-06'],
  datedHolidays: [],
};

const localDay = (calendar: Pick<Calendar, 'utcOffsetMs'>, at: Date): Date =>
  new Date(at.getTime() + calendar.utcOffsetMs);

/** The local day that holds this instant: `2026-11-24`. */
export const dayOf = (calendar: Pick<Calendar, 'utcOffsetMs'>, at: Date): string =>
  localDay(calendar, at).toISOString().slice(0, 10);

/** Whether the local day that holds this instant is a public holiday. */
export function isHoliday(calendar: Calendar, at: Date): boolean {
  const day = dayOf(calendar, at);
  return calendar.yearlyHolidays.includes(day.slice(5)) || calendar.datedHolidays.includes(day);
}

/** Whether people work on the local day that holds this instant. */
export const isWorkingDay = (calendar: Calendar, at: Date): boolean =>
  !calendar.weekend.includes(localDay(calendar, at).getUTCDay()) && !isHoliday(calendar, at);

/** The same time of day, so many working days later: the day it falls on is a working day. */
function addWorkingDays(calendar: Calendar, from: Date, days: number): Date {
  let at = from;
  for (let left = days; left > 0;) {
    at = new Date(at.getTime() + dayMs);
    if (isWorkingDay(calendar, at)) left -= 1;
  }
  return at;
}

/**
 * So many working days later, of which parts count: whole ones lead to the same time of day, and half of one is twelve hours of
 * working days, whatever lies between. Always on a working day where `days` is more than none.
 */
export function addWorkingTime(calendar: Calendar, from: Date, days: number): Date {
  const whole = Math.ceil(days);
  const end = addWorkingDays(calendar, from, whole);
  const backMs = (whole - days) * dayMs;
  const morning = startOfDay(calendar, end);
  const intoDayMs = end.getTime() - morning.getTime();
  if (backMs <= intoDayMs) return new Date(end.getTime() - backMs);
  const earlier = new Date(endOfWorkBefore(calendar, morning).getTime() - (backMs - intoDayMs));
  // Who begins on a day off begins to count with the next working day.
  return earlier >= from ? earlier : morning;
}

const startOfDay = ({ utcOffsetMs }: Calendar, at: Date): Date => {
  const localMs = at.getTime() + utcOffsetMs;
  return new Date(localMs - (localMs % dayMs) - utcOffsetMs);
};

/** The midnight that ends the last working day before this midnight. */
function endOfWorkBefore(calendar: Calendar, midnight: Date): Date {
  let end = midnight;
  while (!isWorkingDay(calendar, new Date(end.getTime() - dayMs))) end = new Date(end.getTime() - dayMs);
  return end;
}
