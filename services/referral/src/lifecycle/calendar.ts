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

/** Whether people work on the local day that holds this instant. */
export function isWorkingDay(calendar: Calendar, at: Date): boolean {
  const local = new Date(at.getTime() + calendar.utcOffsetMs);
  const day = local.toISOString().slice(0, 10);
  return (
    !calendar.weekend.includes(local.getUTCDay()) &&
    !calendar.yearlyHolidays.includes(day.slice(5)) &&
    !calendar.datedHolidays.includes(day)
  );
}

/** The same time of day, so many working days later: the day it falls on is a working day. */
export function addWorkingDays(calendar: Calendar, from: Date, days: number): Date {
  let at = from;
  for (let left = days; left > 0;) {
    at = new Date(at.getTime() + dayMs);
    if (isWorkingDay(calendar, at)) left -= 1;
  }
  return at;
}
