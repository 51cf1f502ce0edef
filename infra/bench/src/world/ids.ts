/**
 * Ids of seeded rows tell their number, so that a load can name them without having read them: a UUIDv7 of the year 2018 whose
 * last 12 digits are the number, so that rows lie in the order of their numbers, as they do where ids are made from clocks.
 */
export const idPrefixes = {
  organisation: '01600000-0000-7000-8000-',
  facility: '01600000-0000-7000-8001-',
  offering: '01600000-0000-7000-8002-',
  person: '01600000-0000-7000-8003-',
  consent: '01600000-0000-7000-8004-',
  referral: '01600000-0000-7000-8005-',
  entry: '01600000-0000-7000-8006-',
  othersReferral: '01600000-0000-7000-8007-',
  othersEntry: '01600000-0000-7000-8008-',
} as const;

/** The id of the row with this number. */
export const idOf = (kind: keyof typeof idPrefixes, number: number): string =>
  `${idPrefixes[kind]}${number.toString(16).padStart(12, '0')}`;

/** The same in SQL, over an expression of a number. */
export const idSql = (kind: keyof typeof idPrefixes, number: string): string =>
  `('${idPrefixes[kind]}' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/** Who refers, and whose facilities answer. */
export const referrerOrganisation = idOf('organisation', 1);
export const facilityOrganisation = idOf('organisation', 2);
/** The facilities that the facility's system speaks for; referrals are spread over them. */
export const facilityCount = 10;
export const facilityIds = Array.from({ length: facilityCount }, (_, index) => idOf('facility', index));
export const service = 'injury-care';
