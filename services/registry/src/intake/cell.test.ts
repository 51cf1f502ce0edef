import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBirthDate, readDay, readList, readPhone } from './cell.ts';

describe('a date', () => {
  it('means the same in both ways of writing it', () => {
    const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, dayOfMonth] = iso.split('-');
        expect(readDay(iso)).toBe(iso);
        expect(readDay(`${dayOfMonth}.${month}.${year}`)).toBe(iso);
        expect(readDay(`${Number(dayOfMonth)}.${Number(month)}.${year}`)).toBe(iso);
      }),
    );
  });
  it.each(['21/03/1994', '03-21-1994', '1994.03.21', '21.03.94', '1994-3-21', 'yesterday', '19940321', ''])(
    'is not read out of %j',
    (text) => expect(readDay(text)).toBeNull(),
  );
  it('of birth may be a year, another may not', () => {
    expect(readBirthDate('1994')).toBe('1994');
    expect(readDay('1994')).toBeNull();
  });
});

describe('a telephone number', () => {
  it.each([
    ['+992 93 123 45 67', '+992931234567'],
    ['93 123 45 67', '+992931234567'],
    ['992931234567', '+992931234567'],
    ['(93) 123-45-67', '+992931234567'],
    ['+7 (916) 123-45-67', '+79161234567'],
  ])('written %j is %s', (text, number) => expect(readPhone(text, 'TJ')).toBe(number));
  it.each(['12', 'none', 'call +992931234567', '+992931234567 ext. 5', '+9999999999999999', '=1+1'])(
    'is not read out of %j',
    (text) => expect(readPhone(text, 'TJ')).toBeNull(),
  );
});

describe('a list', () => {
  it('is parted by bars', () => {
    expect(readList('wheelchair| companion ')).toEqual(['wheelchair', 'companion']);
    expect(readList('|')).toEqual([]);
  });
});
