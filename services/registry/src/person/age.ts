import type { AgeBand } from '@rohnamo/contracts';

/**
 * The day on which somebody is taken to have been born. Of a year alone it is its last day: the youngest reading, under which
 * nobody is taken for an adult who may still be a child.
 */
const bornOn = (birthDate: string): string => (birthDate.length === 4 ? `${birthDate}-12-31` : birthDate);

/** Full years on a day; below 0 before birth. Who is born on 29 February turns a year older on 1 March of other years. */
export function ageOn(birthDate: string, day: string): number {
  const born = bornOn(birthDate);
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4));
  return day.slice(5) < born.slice(5) ? years - 1 : years;
}

/** The first day on which somebody is `age` years old. */
export function dayOfAge(birthDate: string, age: number): string {
  const born = bornOn(birthDate);
  const year = String(Number(born.slice(0, 4)) + age).padStart(4, '0');
  const isLeap = new Date(Date.UTC(Number(year), 1, 29)).getUTCMonth() === 1;
  return born.slice(5) === '02-29' && !isLeap ? `${year}-03-01` : `${year}${born.slice(4)}`;
}

const bands: readonly (readonly [from: number, band: AgeBand])[] = [
  [60, '60+'],
  [45, '45-59'],
  [30, '30-44'],
  [18, '18-29'],
  [15, '15-17'],
  [5, '5-14'],
  [0, '0-4'],
];

/** The band that a person's age falls in on a day. */
export function ageBandOn(birthDate: string | null, day: string): AgeBand {
  if (birthDate === null) return 'unknown';
  const age = ageOn(birthDate, day);
  return bands.find(([from]) => age >= from)?.[1] ?? 'unknown';
}

/** Why a birth date cannot be, or null: nobody is registered before birth, and nobody alive was born before 1900. */
export function birthDateComplaint(birthDate: string, today: string): string | null {
  if (birthDate.slice(0, 4) < '1900') return 'must not lie before 1900';
  return birthDate > today.slice(0, birthDate.length) ? 'must not lie in the future' : null;
}

/** Why a day of return cannot be, or null: nobody has come back in the future, nor before they were born. */
export function returnComplaint(
  returnedOn: string | null | undefined,
  { birthDate, today }: { birthDate: string | null | undefined; today: string },
): string | null {
  if (returnedOn === null || returnedOn === undefined) return null;
  if (returnedOn > today) return 'must not lie in the future';
  return isBeforeBirth(returnedOn, birthDate) ? 'must not lie before the birth date' : null;
}

/** Whether a day lies before a birth date, as far as that is known. */
export const isBeforeBirth = (day: string | null, birthDate: string | null | undefined): boolean =>
  day !== null && typeof birthDate === 'string' && day.slice(0, birthDate.length) < birthDate;
