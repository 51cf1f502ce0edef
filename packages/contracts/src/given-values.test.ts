import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GivenPhone } from './beneficiary.ts';
import { Country, countryCodes } from './country.ts';
import { GivenTimestamp, name } from './identifiers.ts';

describe('an instant that a caller tells', () => {
  it.each([
    ['2026-11-24T09:30:00+05:00', '2026-11-24T04:30:00.000Z'],
    ['2026-11-24T04:30:00+00:00', '2026-11-24T04:30:00.000Z'],
    ['2026-11-23T20:30:00.5-08:00', '2026-11-24T04:30:00.500Z'],
    ['2026-11-24T04:30:00Z', '2026-11-24T04:30:00.000Z'],
  ])('%s is %s', (given, kept) => expect(GivenTimestamp.parse(given)).toBe(kept));

  it.each([
    '2026-11-24',
    '2026-11-24T04:30:00',
    '2026-11-24T04:30',
    '2026-02-30T00:00:00Z',
    '1899-01-01T00:00:00Z',
    'now',
  ])('%s is none', (given) => expect(GivenTimestamp.safeParse(given).success).toBe(false));

  it('is the same instant, whatever its offset', () => {
    const years = { min: new Date('1901-01-01'), max: new Date('2098-12-31'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(years), fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, minutes) => {
        const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
        const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
          String(part).padStart(2, '0'),
        );
        expect(GivenTimestamp.parse(`${local}${minutes < 0 ? '-' : '+'}${hours}:${rest}`)).toBe(date.toISOString());
      }),
    );
  });
});

describe('a country', () => {
  it('is one of the 249 that ISO 3166-1 has assigned, each with a name', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(countryCodes.size).toBe(249);
    expect([...countryCodes].filter((code) => names.of(code) === undefined)).toEqual([]);
    for (const code of ['TJ', 'RU', 'KZ', 'UZ', 'KG', 'AF', 'TR']) expect(Country.parse(code)).toBe(code);
    for (const code of ['XK', 'EU', 'SU', 'ZZ', 'UK', 'ru', 'RUS', ''])
      expect(Country.safeParse(code).success).toBe(false);
  });
});

describe('a telephone number', () => {
  it.each(['+992000000001', '+992931234567', '+79161234567'])('may be %s', (number) =>
    expect(GivenPhone.safeParse(number).success).toBe(true),
  );
  it.each(['+992600000001', '+10000000000', '+99293123456', '992931234567'])('may not be %s', (number) =>
    expect(GivenPhone.safeParse(number).success).toBe(false),
  );
});

describe('a name', () => {
  it.each(['Али', 'J', 'نازنین', 'Мӯъминобод 2'])('may be %s', (text) =>
    expect(name(50).safeParse(text).success).toBe(true),
  );
  it.each(['-', '12', '…', '👍'])('may not be %s', (text) => expect(name(50).safeParse(text).success).toBe(false));
});
