import { type Calendar, isHoliday } from '../lifecycle/calendar.ts';

/** On which days of the week (0 is Sunday) from when to when, in minutes of the local day; where `to` is not more, until the next day. */
interface OpenSpan {
  days: ReadonlySet<number>;
  from: number;
  to: number;
}

const dayMs = 24 * 3600 * 1000;
const weekDays = [
  ['sun', 'sunday', 'вс'],
  ['mon', 'monday', 'пн'],
  ['tue', 'tuesday', 'вт'],
  ['wed', 'wednesday', 'ср'],
  ['thu', 'thursday', 'чт'],
  ['fri', 'friday', 'пт'],
  ['sat', 'saturday', 'сб'],
] as const;
const dayNumbers = new Map<string, number>(weekDays.flatMap((names, day) => names.map((name) => [name, day] as const)));
const everyDay: ReadonlySet<number> = new Set(weekDays.keys());
const dailyWords = new Set(['daily', 'ежедневно']);
const alwaysWords = new Set(['24/7', '24 hours', 'round the clock', 'круглосуточно']);

const time = String.raw`\d{1,2}(?:[:.]\d{2})?`;
const span = String.raw`${time}-${time}`;
const days = String.raw`\p{L}+(?:[-,]\p{L}+)*`;
const group = new RegExp(String.raw`^(${days}) (${span}(?:,${span})*)(?:[;,]|$)`, 'u');

/**
 * Whether a place with these hours is open at an instant, by the country's clock. Simple forms are read: `24/7`, `Mon-Fri 8-16`,
 * `Mon,Wed 9:00-12:00; Sat 9-13`, `Пн-Пт 8-12, 13-17`, `daily 20-8`. On a public holiday only what is open on all seven days is open.
 * @returns null where the hours cannot be read
 */
export function isOpenAt(hours: string, at: Date, calendar: Calendar): boolean | null {
  const spans = spansOf(hours);
  if (spans === null) return null;
  const local = new Date(at.getTime() + calendar.utcOffsetMs);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const today = local.getUTCDay();
  const yesterday = new Date(at.getTime() - dayMs);
  return spans.some((open) => {
    const isOvernight = open.to <= open.from;
    const isOnToday = holds(open, today, isHoliday(calendar, at));
    const isOnYesterday = holds(open, (today + 6) % 7, isHoliday(calendar, yesterday));
    return isOvernight
      ? (isOnToday && minute >= open.from) || (isOnYesterday && minute < open.to)
      : isOnToday && minute >= open.from && minute < open.to;
  });
}

const holds = (open: OpenSpan, day: number, isOnHoliday: boolean): boolean =>
  open.days.has(day) && (!isOnHoliday || open.days.size === everyDay.size);

function spansOf(hours: string): OpenSpan[] | null {
  const text = hours.toLowerCase().trim();
  if (alwaysWords.has(text)) return [{ days: everyDay, from: 0, to: 24 * 60 }];
  let rest = text
    .replaceAll(/[–—]/g, '-')
    .replaceAll(/\s*([-,;])\s*/g, '$1')
    .replaceAll(/\s+/g, ' ');
  const spans: OpenSpan[] = [];
  while (rest !== '') {
    const [whole, named, timed] = group.exec(rest) ?? [];
    if (whole === undefined || named === undefined || timed === undefined) return null;
    const daysNamed = daysOf(named);
    for (const part of timed.split(',')) {
      const [from, to] = part.split('-').map(minuteOf);
      if (daysNamed === null || from == null || to == null || from === to || from === 24 * 60) return null;
      spans.push({ days: daysNamed, from, to });
    }
    rest = rest.slice(whole.length);
  }
  return spans.length === 0 ? null : spans;
}

/** The days of `mon-fri`, `mon,wed` or `sat-mon`. */
function daysOf(named: string): ReadonlySet<number> | null {
  if (dailyWords.has(named)) return everyDay;
  const found = new Set<number>();
  for (const part of named.split(',')) {
    const [first, last = first] = part.split('-').map((name) => dayNumbers.get(name));
    if (first === undefined || last === undefined || part.split('-').length > 2) return null;
    for (let day = first; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === last) break;
    }
  }
  return found;
}

function minuteOf(text: string): number | null {
  const [hour = 0, minute = 0] = text.split(/[:.]/).map(Number);
  const at = hour * 60 + minute;
  return minute < 60 && at <= 24 * 60 ? at : null;
}
