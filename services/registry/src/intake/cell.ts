import { trimmed } from '@rohnamo/contracts';
import type { CountryCode } from 'libphonenumber-js';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** Readings of the cells that people write in more than one way. Null: it cannot be read. */

/** A day: `1994-03-21` or `21.03.1994`. Whether there is such a day in the calendar is for the contract to say. */
export function readDay(text: string): string | null {
  const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  if (day !== undefined && month !== undefined) return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;
}

/** A birth date: a day, or the year alone. */
export const readBirthDate = (text: string): string | null => (/^\d{4}$/.test(text) ? text : readDay(text));

/** A telephone number in E.164; without a country code it is one of the region's. */
export function readPhone(text: string, region: CountryCode): string | null {
  const phone = parsePhoneNumberFromString(text, { defaultCountry: region, extract: false });
  return phone?.isValid() === true && phone.ext === undefined ? phone.number : null;
}

/** A list: `wheelchair|companion`. */
export const readList = (text: string): string[] =>
  text
    .split('|')
    .map(trimmed)
    .filter((item) => item !== '');
