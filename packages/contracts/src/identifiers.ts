import { z } from 'zod';

/** An identifier of anything: a UUID, version 7 where we make it (RFC 9562 §5.7). Read in any case, and lower-case from there on. */
export const Id = z
  .uuid()
  .toLowerCase()
  .describe('A UUID; of version 7 where we make it')
  .meta({ examples: ['01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60'] });
export type Id = z.infer<typeof Id>;

/**
 * An identifier that a client makes for something new. Its time must be within a day of now, which the service checks, and it must
 * be unused by anything of any kind.
 */
export const ClientMadeId = Id.regex(/^.{14}7/, 'must be a UUID of version 7 (RFC 9562)').describe(
  'Made by you: a UUID of version 7 whose time is within a day of now, and which nothing has yet',
);

/** The time that a UUID of version 7 was made at, as it says itself, in milliseconds since 1970. */
export const timeOfId = (id: Id): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

/** An instant: RFC 3339, in UTC, to the millisecond. */
export const Timestamp = z.iso.datetime().meta({ examples: ['2026-11-24T04:30:00.000Z'] });
export type Timestamp = z.infer<typeof Timestamp>;

/** A day on the calendar: RFC 3339 full-date. */
export const CalendarDate = z.iso.date().meta({ examples: ['1994-03-21'] });
export type CalendarDate = z.infer<typeof CalendarDate>;

/**
 * What callers tell of when is of the years in which whom it is about can have lived or come. Postgres has no year 0, and
 * the day of an instant near the end of 9999 has a year of five digits in Dushanbe.
 */
const livedYears = [/^(19|20)/, 'must be of the years 1900 to 2099'] as const;

/** An instant by RFC 3339, with any offset that it has, `t` and `z` in either case (§5.6). */
const instant = z
  .string()
  .overwrite((given) => given.replace('t', 'T').replace(/z$/, 'Z'))
  .check(z.iso.datetime({ offset: true, abort: true, error: ({ input }) => complaintAboutInstant(String(input)) }));

/** Of what looks like an instant, and is one of those that clocks and calendars here do not have. */
function complaintAboutInstant(text: string): string | undefined {
  const [, time, offset] = /^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)(?:\.\d+)?(.*)$/.exec(text) ?? [];
  if (time?.startsWith('24') === true) return 'must not be 24:00: write 00:00 of the next day';
  if (time?.endsWith(':60') === true) return 'must not be a leap second, which is not kept: write second 59';
  return offset === '' ? 'must say its offset from UTC, such as Z or +05:00' : undefined;
}

/** An instant that a caller tells: RFC 3339 with any offset; in UTC and to the millisecond from there on. */
export const GivenTimestamp = instant
  .regex(livedYears[0], { abort: true, error: livedYears[1] })
  .overwrite((text) => new Date(text).toISOString())
  .meta({ format: 'date-time', examples: ['2026-11-24T04:30:00.000Z'] });

/** An instant that a caller tells of what is to come, however far: the same, of the years 1 to 9999 in UTC. */
export const GivenEnd = instant
  .overwrite((text) => new Date(text).toISOString())
  .regex(/^(?!0000)\d{4}-/, 'must be of the years 1 to 9999')
  .meta({ format: 'date-time', examples: ['2026-11-24T04:30:00.000Z'] });

/** A day that a caller tells. */
export const GivenDate = z.iso
  .date({ abort: true })
  .regex(...livedYears)
  .meta({ format: 'date', examples: ['1994-03-21'] });

/** The version of a subject: 1 when it is made, one more with every change. Its ETag and its event's sequence. */
export const Version = z.int().min(1);
export type Version = z.infer<typeof Version>;

/** A list that is a set: what a caller names again counts once. */
export const distinct = <Item extends z.ZodType>(item: Item) =>
  z.array(item).overwrite((items) => (new Set(items).size === items.length ? items : [...new Set(items)]));

/** A short text of one line, as a person would write a name: 1 to `max` characters, none of them a control character. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters');

/** The name of somebody or something, as a caller writes it: one line with a letter in it. */
export const name = (max: number) => line(max).regex(/\p{L}|^$/u, 'must hold a letter');

/** Free text of several lines: 1 to `max` characters; tabs and line ends are the only control characters. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[\t\n\r\P{Cc}]*$/u, 'must not hold control characters');

/** A member of staff, by an id that means something only in their own system: never a name, a number to call or an address. */
export const StaffId = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ ~ -')
  .meta({ examples: ['nurse-3'] });
export type StaffId = z.infer<typeof StaffId>;
