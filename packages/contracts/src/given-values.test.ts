import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GivenPhone } from './beneficiary.ts';
import { Country, countryCodes } from './country.ts';
import * as contracts from './index.ts';
import { GivenEnd, GivenTimestamp, name } from './identifiers.ts';

describe('an instant that a caller tells', () => {
  it.each([
    ['2026-11-24T09:30:00+05:00', '2026-11-24T04:30:00.000Z'],
    ['2026-11-24T04:30:00+00:00', '2026-11-24T04:30:00.000Z'],
    ['2026-11-23T20:30:00.5-08:00', '2026-11-24T04:30:00.500Z'],
    ['2026-11-24T04:30:00Z', '2026-11-24T04:30:00.000Z'],
    ['2026-11-24t04:30:00z', '2026-11-24T04:30:00.000Z'],
    ['2026-11-24t09:30:00.25+05:00', '2026-11-24T04:30:00.250Z'],
    ['2026-11-24T04:30:00-00:00', '2026-11-24T04:30:00.000Z'],
    ['2026-11-24T04:30:00+23:59', '2026-11-23T04:31:00.000Z'],
    ['2026-11-24T04:30:00.123456789Z', '2026-11-24T04:30:00.123Z'],
  ])('%s is %s', (given, kept) => expect(GivenTimestamp.parse(given)).toBe(kept));

  it.each([
    '2026-11-24',
    '2026-11-24T04:30:00',
    '2026-11-24T04:30',
    '2026-02-30T00:00:00Z',
    '1899-01-01T00:00:00Z',
    'now',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2026-11-24T04:30:00+24:00',
    '2026-11-24T04:30:00+05',
    '2026-11-24 04:30:00Z',
  ])('%s is none', (given) => expect(GivenTimestamp.safeParse(given).success).toBe(false));

  it.each([
    ['2026-11-24T24:00:00Z', '00:00 of the next day'],
    ['2016-12-31T23:59:60Z', 'leap second'],
    ['2026-11-24T04:30:00', 'offset'],
    ['1899-01-01T00:00:00Z', '1900 to 2099'],
    ['tomorrow', 'Invalid ISO datetime'],
  ])('%s is refused, and what to write instead is said', (given, said) =>
    expect(GivenTimestamp.safeParse(given).error?.issues[0]?.message).toContain(said),
  );

  it('may be as late as the calendar goes, where it is an end', () => {
    expect(GivenEnd.parse('9999-12-31t23:59:59z')).toBe('9999-12-31T23:59:59.000Z');
    for (const given of ['9999-12-31T23:59:59-01:00', '0000-12-31T00:00:00Z', '0001-01-01T00:00:00+01:00'])
      expect(GivenEnd.safeParse(given).success, given).toBe(false);
  });

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

describe('a list that is a set', () => {
  it('has nothing twice, wherever a caller may give one', () => {
    const taken = new Set<string>();
    for (const [from, schema] of Object.entries(contracts)) {
      if (!(schema instanceof z.ZodObject)) continue;
      for (const [field, inner] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
        const list = listIn(inner);
        const [first] = list?.element instanceof z.ZodEnum ? list.element.options : [];
        if (list === null || first === undefined || !isGiven(schema)) continue;
        expect(list.parse([first, first]), `${from}.${field}`).toEqual([first]);
        taken.add(field);
      }
    }
    expect([...taken].toSorted()).toEqual(['accessRequirements', 'dataCategories', 'languages', 'purposes', 'tasks']);
  });

  it('of ids is one in whatever case they are written', () => {
    const [id, url] = ['01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60', 'https://facility.example'];
    const given = { url, facilityIds: [id, id.toUpperCase()], types: ['a', 'a'] };
    expect(contracts.NewSubscription.parse(given)).toEqual({ url, facilityIds: [id], types: ['a'] });
  });
});

/** Whether callers give it: answers are not strict. */
const isGiven = (schema: z.ZodObject): boolean => schema._zod.def.catchall?._zod.def.type === 'never';

function listIn(schema: z.ZodType): z.ZodArray | null {
  if (schema instanceof z.ZodArray) return schema;
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault;
  return isWrapped ? listIn(schema.unwrap() as z.ZodType) : null;
}
